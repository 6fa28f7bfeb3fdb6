package io.ringdown.harness.hosts;

import io.ringdown.faults.ControlGroups;
import io.ringdown.faults.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * Processor times since the machine started, as Linux tells them, in nanoseconds.
 *
 * @param processors that the machine has
 * @param all what processes took that do not give way to the run's, and what a hypervisor withheld, or a quota of this process's control group. Not the kernel's time for interrupts: most of it is
 *     the run's own network traffic, and nobody can tell
 * @param own what this process took, its living children that were asked about, and all that have died
 */
record ProcessorTimes(int processors, long all, long own) {
    private static final Path PROC = Path.of("/proc");
    /** Linux tells these times in hundredths of a second, whatever its own clock does. */
    private static final long TICK = 10_000_000;
    // Of the line of all processors.
    private static final int USER = 1;
    private static final int NICE = 2;
    private static final int SYSTEM = 3;
    private static final int STEAL = 8;
    // Fields of /proc/PID/stat, counted from the one behind the command's closing bracket.
    private static final int UTIME = 11;
    private static final int STIME = 12;
    private static final int CUTIME = 13;
    private static final int CSTIME = 14;
    private static final int NICENESS = 16;
    private static final int START_TIME = 19;
    private static final int LOOKS = 5;

    /**
     * Those until now.
     *
     * @param children the run's own other processes, and those that started them
     * @throws IOException if Linux does not tell
     */
    static ProcessorTimes now(Collection<ProcessIdentity> children) throws IOException {
        Path self = PROC.resolve("self");
        for (int look = 0; ; look++) {
            long buried = buried(fields(self)) + buried(children);
            long living = 0;
            for (ProcessIdentity child : children) {
                living += of(child);
            }
            List<String> machine = Files.readAllLines(PROC.resolve("stat"));
            String[] fields = fields(self);
            // Of one that died meanwhile the time would be missing, or be there twice: its parent is among these.
            if (buried(fields) + buried(children) == buried || look == LOOKS) {
                boolean giveWay = Integer.parseInt(fields[NICENESS]) > 0;
                return in(
                        machine,
                        giveWay,
                        ControlGroups.withheld(),
                        living + time(fields, UTIME) + time(fields, STIME) + buried(fields));
            }
        }
    }

    /**
     * @param giveWay whether this process gives way to others itself: then those that do so too are in its way
     * @param withheld what a quota kept from it
     */
    static ProcessorTimes in(List<String> machine, boolean giveWay, long withheld, long own) throws IOException {
        int processors = (int)
                machine.stream().filter(line -> line.matches("cpu[0-9]+ .*")).count();
        String[] all = machine.get(0).split("\\s+");
        if (processors == 0 || all.length <= STEAL || !all[0].equals("cpu")) {
            throw new IOException("/proc/stat does not tell the processors' times");
        }
        long nice = giveWay ? time(all, NICE) : 0;
        long taken = time(all, USER) + nice + time(all, SYSTEM) + time(all, STEAL);
        return new ProcessorTimes(processors, taken + withheld, own);
    }

    private static long of(ProcessIdentity child) {
        try {
            String[] fields = fields(PROC.resolve(Long.toString(child.pid())));
            boolean same = Long.parseLong(fields[START_TIME]) == child.start();
            return same ? time(fields, UTIME) + time(fields, STIME) + buried(fields) : 0;
        } catch (IOException e) {
            // it is dead, and counted with this process's dead children
            return 0;
        }
    }

    private static long buried(Collection<ProcessIdentity> parents) {
        long sum = 0;
        for (ProcessIdentity parent : parents) {
            try {
                String[] fields = fields(PROC.resolve(Long.toString(parent.pid())));
                sum += Long.parseLong(fields[START_TIME]) == parent.start() ? buried(fields) : 0;
            } catch (IOException e) {
                // it is dead itself
            }
        }
        return sum;
    }

    /** Of a process's children that have died and were waited for. */
    private static long buried(String[] fields) {
        return time(fields, CUTIME) + time(fields, CSTIME);
    }

    private static long time(String[] fields, int index) {
        return Long.parseLong(fields[index]) * TICK;
    }

    private static String[] fields(Path process) throws IOException {
        String line = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
        return line.substring(line.lastIndexOf(')') + 2).split(" ");
    }
}
