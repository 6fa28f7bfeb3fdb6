package io.ringdown.harness.hosts;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.LedgerInUseException;
import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.Observation;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.Undo;
import io.ringdown.faults.Undoing;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A small process beside the harness that lets no element outlive it, frozen ones included, which cannot notice the end of their
 * standard input. It reads {@code PID START ELEMENT} lines, {@code power SWITCH} and {@code last COMMAND}; when its input ends without {@code bye}, the harness is
 * dead, and it kills them all, and then undoes what else the ledger has, so that no fault outlives the harness either. What it has not got the means for is the
 * command's.
 */
final class Keeper {
    static final String BYE = "bye";
    /** Begins a line about what puts a machine on, which nobody else may read. */
    static final String POWER = "power ";
    /** Begins a line with a command that heals what is left after all else. */
    static final String LAST = "last ";

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(8);

    private Keeper() {}

    /** Ends when the harness does. */
    public static void main(String[] arguments) throws InterruptedException {
        Map<ProcessIdentity, String> kept = new LinkedHashMap<>();
        Map<String, PowerSwitch> switches = new HashMap<>();
        String[] last = {};
        try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                if (line.equals(BYE)) {
                    return;
                }
                if (line.startsWith(POWER)) {
                    PowerSwitch power = new JsonMapper().readValue(line.substring(POWER.length()), PowerSwitch.class);
                    switches.put(power.machine(), power);
                    continue;
                }
                if (line.startsWith(LAST)) {
                    last = new JsonMapper().readValue(line.substring(LAST.length()), String[].class);
                    continue;
                }
                String[] words = line.split(" ", 3);
                if (words.length == 3) {
                    kept.put(new ProcessIdentity(Long.parseLong(words[0]), Long.parseLong(words[1])), words[2]);
                }
            }
        } catch (IOException | NumberFormatException e) {
            System.out.println("keeper: " + e);
        }
        killAll(kept);
        if (arguments.length > 0) {
            heal(Path.of(arguments[0]), switches);
        }
        if (last.length > 0) {
            run(last);
        }
    }

    private static void run(String... command) throws InterruptedException {
        try {
            new ProcessBuilder(command)
                    .redirectInput(Redirect.from(new File("/dev/null")))
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.INHERIT)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            System.out.println("keeper: not healed; " + e.getMessage());
        }
    }

    /** What is neither a process's end nor undone by one, such as rules of the firewall. */
    private static void heal(Path path, Map<String, PowerSwitch> switches) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try (Ledger ledger = Ledger.open(path)) {
                HealResult healed =
                        ledger.heal(undo -> undo instanceof Undo.PowerOn on && switches.containsKey(on.element())
                                ? putOn(switches.get(on.element()))
                                : Undoing.onThisMachine().undo(undo));
                healed.done().forEach(line -> System.out.println("keeper: healed; " + line));
                healed.failed().forEach(line -> System.out.println("keeper: not healed; " + line));
                return;
            } catch (LedgerInUseException e) {
                // Its lock goes with the last of the harness.
                if (System.nanoTime() > deadline) {
                    System.out.println("keeper: not healed; " + e.getMessage());
                    return;
                }
                Thread.sleep(20);
            } catch (IOException e) {
                System.out.println("keeper: not healed; " + e.getMessage());
                return;
            }
        }
    }

    /** Whether one is there that is reached by SSH is seen by who reaches it: until then it is to be put on. */
    private static String putOn(PowerSwitch power) throws IOException {
        String how = power.putOn();
        if (power.backMillis() > 0) {
            throw new IOException(how + ", and 'ringdown heal' sees whether it is reached");
        }
        return how;
    }

    private static void killAll(Map<ProcessIdentity, String> kept) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        kept.keySet().forEach(LinuxProcesses::kill);
        for (Map.Entry<ProcessIdentity, String> entry : kept.entrySet()) {
            Observation seen;
            while ((seen = LinuxProcesses.observe(entry.getValue(), entry.getKey())).state() != Observation.State.GONE
                    && System.nanoTime() < deadline) {
                Thread.sleep(5);
            }
            System.out.println("keeper: the harness died; " + seen.evidence());
        }
    }
}
