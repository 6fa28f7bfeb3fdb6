package io.ringdown.faults;

import static io.ringdown.faults.ControlGroup.mebibytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** A file of Ringdown's own that fills a machine's own file system, and nobody else's. */
final class FullDisk implements Armed {
    /** Passed over by whoever looks for what elements have written. */
    private static final String FILE = "ringdown-full";

    private static final String PROBE = "ringdown-probe";

    /** No larger one is made. */
    private static final long MOST = 1L << 30;

    private static final int LARGE = 1 << 20;

    private final String machine;
    private final Path folder;
    private final FileStore store;

    /** @throws FaultRefusedException if the folder is not a small file system of its own; one line */
    FullDisk(String machine, Path folder) throws IOException {
        this.machine = machine;
        this.folder = folder;
        store = Files.getFileStore(folder);
        Path above = folder.toAbsolutePath().getParent();
        if (store.equals(Files.getFileStore(above)) || store.getTotalSpace() > MOST) {
            throw new FaultRefusedException(machine + ": " + folder
                    + " is not a file system of its own, or too large a one, so it is not filled");
        }
    }

    @Override
    public List<Undo> undos() {
        return List.of(new Undo.RemoveFile(
                machine, folder.resolve(FILE).toAbsolutePath().toString()));
    }

    @Override
    public void fire() throws IOException {
        try (FileChannel file =
                FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int size = LARGE; size > 0; size /= 2) {
                fill(file, size);
            }
        }
    }

    private static void fill(FileChannel file, int size) {
        try {
            while (file.position() <= MOST) {
                file.write(ByteBuffer.allocate(size));
            }
        } catch (IOException e) {
            // no room for so much; perhaps for less
        }
    }

    @Override
    public Seen struck() throws IOException {
        long size = Files.exists(folder.resolve(FILE)) ? Files.size(folder.resolve(FILE)) : 0;
        return new Seen(
                store.getUsableSpace() == 0 && size > 0,
                machine + " has " + store.getUsableSpace() + " of " + mebibytes(store.getTotalSpace()) + " left in "
                        + folder + ", " + mebibytes(size) + " filled by " + FILE);
    }

    @Override
    public Optional<Seen> probe() {
        String complaint = complaint();
        return Optional.of(new Seen(
                !complaint.isEmpty(),
                machine + ": a new file "
                        + (complaint.isEmpty() ? "can be written" : "cannot be written: " + complaint)));
    }

    @Override
    public Optional<Seen> undisturbed() {
        String complaint = complaint();
        return Optional.of(new Seen(
                complaint.isEmpty(),
                machine + ": a new file "
                        + (complaint.isEmpty() ? "can be written" : "cannot be written: " + complaint)));
    }

    /** Of somebody who would write now; empty: none. */
    private String complaint() {
        Path file = folder.resolve(PROBE);
        try {
            Files.write(file, new byte[] {1});
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } finally {
            file.toFile().delete();
        }
    }

    /**
     * Makes room again; a file that is not there is as good.
     *
     * @return what was found, one line
     */
    static String remove(Undo.RemoveFile undo) throws IOException {
        Path file = Path.of(undo.file());
        if (!file.getFileName().toString().equals(FILE)) {
            throw new IOException(file + ": not a file of Ringdown's");
        }
        return undo.element() + ": " + (Files.deleteIfExists(file) ? file + " removed" : "no file " + file);
    }

    @Override
    public void close() {
        // nothing is kept open
    }
}
