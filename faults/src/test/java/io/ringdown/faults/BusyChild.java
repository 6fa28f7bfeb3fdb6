package io.ringdown.faults;

/** A JVM with threads that have something to do, as an element's are. */
final class BusyChild {
    private BusyChild() {}

    /** Runs until killed. */
    public static void main(String[] arguments) throws InterruptedException {
        for (int i = 0; i < 8; i++) {
            var thread = new Thread(() -> {
                while (!Thread.interrupted()) {
                    java.util.concurrent.locks.LockSupport.parkNanos(200_000);
                }
            });
            thread.start();
        }
        Thread.sleep(Long.MAX_VALUE);
    }
}
