package io.ringdown.workloads.sip;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Tasks that are due at instants. Most of a caller's timers run for one of a few durations, the longest of them for 64 T1: of one duration
 * the first to be set is the first to be due, so that each has a queue, in which nothing need be sorted however many wait. Most
 * are cancelled long before they are due, and leave their queue at once. The rest is sorted.
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
        /** Null if it is among the sorted ones, or has left. */
        private OneDuration queue;

        private Due before;
        private Due behind;

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
            if (queue != null) {
                queue.remove(this);
            }
        }

        @Override
        public int compareTo(Due other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(sequence, other.sequence);
        }
    }

    /** A linked list, of which any can be taken away. */
    private static final class OneDuration {
        private final long duration;
        private Due first;
        private Due last;

        OneDuration(long duration) {
            this.duration = duration;
        }

        void add(Due due) {
            due.queue = this;
            due.before = last;
            if (last == null) {
                first = due;
            } else {
                last.behind = due;
            }
            last = due;
        }

        /** It forgets its neighbours: a collector that meets it later shall not take them for needed. */
        void remove(Due due) {
            if (due.before == null) {
                first = due.behind;
            } else {
                due.before.behind = due.behind;
            }
            if (due.behind == null) {
                last = due.before;
            } else {
                due.behind.before = due.before;
            }
            due.before = null;
            due.behind = null;
            due.queue = null;
        }
    }

    Due at(long instant, long now, Runnable task) {
        var due = new Due(instant, Math.max(instant, now), sequence++, task);
        sorted.add(due);
        return due;
    }

    /** @param start no later than now */
    Due after(long start, long duration, long now, Runnable task) {
        OneDuration queue = start > now ? null : queue(duration);
        if (queue == null || queue.last != null && queue.last.at > start + duration) {
            return at(start + duration, now, task);
        }
        var due = new Due(start + duration, Math.max(start + duration, now), sequence++, task);
        queue.add(due);
        return due;
    }

    private OneDuration queue(long duration) {
        for (int i = 0; i < queues.size(); i++) {
            if (queues.get(i).duration == duration) {
                return queues.get(i);
            }
        }
        if (queues.size() == MOST_DURATIONS) {
            return null;
        }
        var queue = new OneDuration(duration);
        queues.add(queue);
        return queue;
    }

    /** The next that is due, or null. */
    Due peek() {
        Due next = sorted.peek();
        for (int i = 0; i < queues.size(); i++) {
            Due first = queues.get(i).first;
            if (first != null && (next == null || first.compareTo(next) < 0)) {
                next = first;
            }
        }
        return next;
    }

    /** Takes away what {@link #peek} has just shown. */
    void remove(Due next) {
        if (next.queue == null) {
            sorted.poll();
        } else {
            next.queue.remove(next);
        }
    }
}
