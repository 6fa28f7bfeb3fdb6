package io.ringdown.workloads.sip;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Tasks that are due at instants. Most of a caller's timers run for one of a few durations, the longest of them for 64 T1: of one duration
 * the first to be set is the first to be due, so that each has a queue, in which nothing need be sorted however many wait. The
 * rest is sorted.
 */
final class Timers {
    /** More durations than a caller's timers have; others are sorted. */
    private static final int MOST_DURATIONS = 16;

    private final PriorityQueue<Due> sorted = new PriorityQueue<>();
    private final List<OneDuration> queues = new ArrayList<>();
    private long sequence;

    /** A task, and when it is due. */
    static final class Due implements Wire.Timer, Comparable<Due> {
        final long at;
        /** Its instant, or when it was set if that had passed: only a wait after this is the loop's fault. */
        final long due;

        private final long sequence;
        private Runnable task;

        private Due(long at, long due, long sequence, Runnable task) {
            this.at = at;
            this.due = due;
            this.sequence = sequence;
            this.task = task;
        }

        /** What it is to run, or null if it was cancelled. */
        Runnable task() {
            return task;
        }

        @Override
        public void cancel() {
            task = null;
        }

        @Override
        public int compareTo(Due other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(sequence, other.sequence);
        }
    }

    private record OneDuration(long duration, Deque<Due> queue) {}

    Due at(long instant, long now, Runnable task) {
        var due = new Due(instant, Math.max(instant, now), sequence++, task);
        sorted.add(due);
        return due;
    }

    /** @param start no later than now */
    Due after(long start, long duration, long now, Runnable task) {
        Deque<Due> queue = start > now ? null : queue(duration);
        Due last = queue == null ? null : queue.peekLast();
        if (queue == null || last != null && last.at > start + duration) {
            return at(start + duration, now, task);
        }
        var due = new Due(start + duration, Math.max(start + duration, now), sequence++, task);
        queue.add(due);
        return due;
    }

    private Deque<Due> queue(long duration) {
        for (OneDuration each : queues) {
            if (each.duration == duration) {
                return each.queue;
            }
        }
        if (queues.size() == MOST_DURATIONS) {
            return null;
        }
        var queue = new ArrayDeque<Due>();
        queues.add(new OneDuration(duration, queue));
        return queue;
    }

    /** The next that is due, or null. */
    Due peek() {
        Due next = sorted.peek();
        for (OneDuration each : queues) {
            Due first = each.queue.peek();
            if (first != null && (next == null || first.compareTo(next) < 0)) {
                next = first;
            }
        }
        return next;
    }

    /** Takes away what {@link #peek} has just shown. */
    void remove(Due next) {
        if (sorted.peek() == next) {
            sorted.poll();
            return;
        }
        for (OneDuration each : queues) {
            if (each.queue.peek() == next) {
                each.queue.remove();
                return;
            }
        }
    }
}
