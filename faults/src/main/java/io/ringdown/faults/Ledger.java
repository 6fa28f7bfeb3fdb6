package io.ringdown.faults;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ringdown.faults.AtOnce.Outcome;
import io.ringdown.record.Complaint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What is to be undone, on disk before it is done: a file of JSON lines, each forced to the disk. Whoever has it open holds a lock on it,
 * which its death releases, so that nobody heals under a run that still lives. Safe for several threads, and nobody waits for it while something is being undone.
 */
public final class Ledger implements AutoCloseable {
    /** Each knows more undos than the one before, and nothing else differs: what an earlier one left in force is undone as well. */
    private static final int VERSION = 10;

    private static final String HEADER = "{\"line\":\"ledger\",";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path path;
    private final FileChannel file;
    private final boolean rebooted;
    private final TreeMap<Integer, Undo> open = new TreeMap<>();
    /** Held by who heals, and taken before the ledger's own lock if both are: an undo may wait for a thread that writes here. */
    private final Object healing = new Object();

    private int next = 1;

    Ledger(Path path, FileChannel file, String boot) throws IOException {
        this.path = path;
        this.file = file;
        List<Line> lines = read();
        if (lines.isEmpty()) {
            append(new Header(VERSION, boot));
            rebooted = false;
            return;
        }
        if (!(lines.get(0) instanceof Header header)) {
            throw new DamagedLedgerException(path + ":1: not a ledger's first line");
        }
        if (header.version() > VERSION) {
            throw new DamagedLedgerException(
                    path + ": a ledger of version " + header.version() + "; this Ringdown reads up to " + VERSION);
        }
        rebooted = !header.boot().equals(boot);
        for (int line = 1; line < lines.size(); line++) {
            replay(lines.get(line), line + 1);
        }
    }

    /** Starts a new ledger. */
    public static Ledger create(Path path) throws IOException {
        FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try (FileChannel folder = FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
        return locked(path, file, LinuxProcesses.boot());
    }

    /**
     * Opens a ledger that somebody left; a last line that a killed writer left unfinished is passed over.
     *
     * @throws LedgerInUseException if who writes it still lives
     * @throws DamagedLedgerException if it is not what a writer leaves, also one that was killed; it is left as it is
     */
    public static Ledger open(Path path) throws IOException {
        return open(path, LinuxProcesses.boot());
    }

    static Ledger open(Path path, String boot) throws IOException {
        return locked(path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE), boot);
    }

    private static Ledger locked(Path path, FileChannel file, String boot) throws IOException {
        try {
            if (file.tryLock() == null) {
                throw new LedgerInUseException(path + ": in use by a run that has not ended");
            }
            return new Ledger(path, file, boot);
        } catch (OverlappingFileLockException e) {
            file.close();
            throw new LedgerInUseException(path + ": in use by this process");
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Puts an undo on disk. Only then may what it undoes be done.
     *
     * @return the step's number
     */
    public synchronized int intend(Undo undo) throws IOException {
        int step = next;
        append(new Intended(step, undo));
        next++;
        open.put(step, undo);
        return step;
    }

    /** Replaces a step's undo by a better one, such as one that knows the pid. */
    public synchronized void refine(int step, Undo undo) throws IOException {
        append(new Intended(step, undo));
        open.put(step, undo);
    }

    /** Marks a step as undone: healing will not touch it again. */
    public synchronized void done(int step, String how) throws IOException {
        if (open.containsKey(step)) {
            append(new Done(step, how));
            open.remove(step);
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Whether this machine has begun anew since it was created. */
    public boolean isOfAnotherBoot() {
        return rebooted;
    }

    /** What is still to be undone, by step, in the order of doing. */
    public synchronized Map<Integer, Undo> open() {
        return new TreeMap<>(open);
    }

    /**
     * Undoes what is open, last in, first out; what is of several other machines, and stands together, at the same time. What a reboot of this machine has undone counts as done; other hosts it has not
     * healed, nor put on what was cut off. A step that fails keeps nobody from the next one and stays open.
     *
     * @param undoing how to; asked by several threads where it is about other machines
     */
    public HealResult heal(Undoing undoing) {
        var done = new ArrayList<String>();
        var failed = new ArrayList<String>();
        synchronized (healing) {
            for (List<Integer> steps : together()) {
                // Some may have been done by another meanwhile.
                Map<Integer, Undo> still = open();
                List<Integer> left = steps.stream().filter(still::containsKey).toList();
                List<Outcome> outcomes = AtOnce.all(left, step -> undo(step, still.get(step), undoing));
                for (int each = 0; each < left.size(); each++) {
                    Outcome outcome = outcomes.get(each);
                    if (outcome.failure() == null) {
                        done.add(outcome.how());
                    } else {
                        failed.add(still.get(left.get(each)).element() + ": " + Complaint.of(outcome.failure()));
                    }
                }
            }
        }
        return new HealResult(done, failed);
    }

    /** In the order of undoing; a machine that takes minutes to be on again, or to be reached, keeps no other waiting. */
    private List<List<Integer>> together() {
        var groups = new ArrayList<List<Integer>>();
        Undo before = null;
        for (Map.Entry<Integer, Undo> step :
                new TreeMap<>(open()).descendingMap().entrySet()) {
            Undo undo = step.getValue();
            if (before == null || !isElsewhere(undo) || !before.getClass().equals(undo.getClass())) {
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1).add(step.getKey());
            before = undo;
        }
        return groups;
    }

    private static boolean isElsewhere(Undo undo) {
        return undo instanceof Undo.HealHost || undo instanceof Undo.PowerOn || undo instanceof Undo.RestoreContainer;
    }

    private String undo(int step, Undo undo, Undoing undoing) throws IOException {
        String how = rebooted && !isElsewhere(undo)
                ? undo.element() + ": the machine has been rebooted since"
                : undoing.undo(undo);
        done(step, how);
        return how;
    }

    /** Waits for who heals. */
    @Override
    public void close() throws IOException {
        synchronized (healing) {
            synchronized (this) {
                file.close();
            }
        }
    }

    /** Steps have numbers in their order, and none is done that was not intended: else lines are missing, and what they were to undo. */
    private void replay(Line line, int number) throws DamagedLedgerException {
        if (line instanceof Intended intended && intended.step() <= next) {
            open.put(intended.step(), intended.intent());
            next = Math.max(next, intended.step() + 1);
        } else if (line instanceof Done done && done.step() < next) {
            open.remove(done.step());
        } else {
            throw new DamagedLedgerException(
                    path + ":" + number + ": does not follow from the lines before it, of which some are missing");
        }
    }

    private void append(Line line) throws IOException {
        String text = JSON.writerFor(Line.class).writeValueAsString(line) + "\n";
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        long before = file.size();
        try {
            long at = before;
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
            file.force(true);
        } catch (IOException e) {
            cutBack(before, e);
            throw e;
        }
    }

    /** Half a line, as a full disk leaves it, would make the next one unreadable. */
    private void cutBack(long size, IOException cause) {
        try {
            file.truncate(size);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Reads the whole lines and cuts off a torn last one, so that the next is not written onto its end. */
    private List<Line> read() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
        while (bytes.hasRemaining() && file.read(bytes, bytes.position()) >= 0) {
            // until all is read
        }
        String text = new String(bytes.array(), StandardCharsets.UTF_8);
        var lines = new ArrayList<Line>();
        int start = 0;
        for (int end; (end = text.indexOf('\n', start)) >= 0; start = end + 1) {
            try {
                lines.add(JSON.readValue(text.substring(start, end), Line.class));
            } catch (JsonProcessingException e) {
                throw new DamagedLedgerException(path + ":" + (lines.size() + 1) + ": not a line of a ledger");
            }
        }
        if (lines.isEmpty() && !isTornHeader(text)) {
            throw new DamagedLedgerException(path + ":1: not a line of a ledger");
        }
        file.truncate(text.substring(0, start).getBytes(StandardCharsets.UTF_8).length);
        return lines;
    }

    /** As a writer leaves it that is killed before it has done anything. */
    private static boolean isTornHeader(String text) {
        return text.startsWith(HEADER) || HEADER.startsWith(text);
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "line")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Header.class, name = "ledger"),
        @JsonSubTypes.Type(value = Intended.class, name = "intended"),
        @JsonSubTypes.Type(value = Done.class, name = "done"),
    })
    private sealed interface Line {}

    private record Header(int version, String boot) implements Line {}

    private record Intended(int step, Undo intent) implements Line {
        Intended {
            Objects.requireNonNull(intent, "intent");
        }
    }

    private record Done(int step, String how) implements Line {}
}
