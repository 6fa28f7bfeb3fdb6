package io.ringdown.workloads.arrivals;

import io.ringdown.record.Arrivals;
import java.util.Random;

/**
 * The intended instants of an arrival process, one after the other and without end: a pure sequence, the same for the same process, beginning
 * and seed on every machine. Each is counted from the beginning, so that no error adds up.
 */
public abstract class ArrivalTimes {
    private static final double SECOND = 1e9;

    private final long from;
    private long index;

    private ArrivalTimes(long from) {
        this.from = from;
    }

    /**
     * The sequence of a process.
     *
     * @param from instant at which it begins (run nanos)
     * @param seed what its random choices are drawn from
     */
    public static ArrivalTimes of(Arrivals process, long from, long seed) {
        if (process instanceof Arrivals.Constant constant) {
            return new Constant(from, constant);
        } else if (process instanceof Arrivals.Poisson poisson) {
            return new Poisson(from, poisson, seed);
        } else if (process instanceof Arrivals.Ramp ramp) {
            return new Ramp(from, ramp);
        } else if (process instanceof Arrivals.Burst burst) {
            return new Burst(from, burst);
        } else if (process instanceof Arrivals.Trace trace) {
            return new Trace(from, trace);
        }
        throw new IllegalArgumentException("no such process: " + process);
    }

    /** The next instant, never earlier than the one before. */
    public final long next() {
        return from + after(index++);
    }

    /** What is left of this sequence if only one in so many is taken, from an index on; this one is not to be asked any more. */
    public final ArrivalTimes every(int first, int step) {
        ArrivalTimes all = this;
        return step == 1
                ? all
                : new ArrivalTimes(from) {
                    @Override
                    long after(long arrival) {
                        for (long skipped = arrival == 0 ? first : step - 1L; skipped > 0; skipped--) {
                            all.next();
                        }
                        return all.next() - all.from;
                    }
                };
    }

    /** Nanoseconds from the beginning to the arrival of an index; asked for in order, each once. */
    abstract long after(long arrival);

    private static final class Constant extends ArrivalTimes {
        private final double perSecond;

        Constant(long from, Arrivals.Constant process) {
            super(from);
            perSecond = process.perSecond();
        }

        @Override
        long after(long arrival) {
            return Math.round(arrival * SECOND / perSecond);
        }
    }

    private static final class Poisson extends ArrivalTimes {
        private final double perSecond;
        private final Random random;
        private double seconds;

        Poisson(long from, Arrivals.Poisson process, long seed) {
            super(from);
            perSecond = process.perSecond();
            random = new Random(seed);
        }

        /** By inversion; the strict logarithm is the same on every machine. */
        @Override
        long after(long arrival) {
            seconds -= StrictMath.log(1 - random.nextDouble()) / perSecond;
            return Math.round(seconds * SECOND);
        }
    }

    /** The n-th arrival comes when the integral of the rate reaches n. */
    private static final class Ramp extends ArrivalTimes {
        private final double first;
        private final double last;
        private final double seconds;

        Ramp(long from, Arrivals.Ramp process) {
            super(from);
            first = process.from();
            last = process.to();
            seconds = process.over().toNanos() / SECOND;
        }

        @Override
        long after(long arrival) {
            double within = (first + last) / 2 * seconds;
            return Math.round((arrival < within ? rising(arrival) : seconds + (arrival - within) / last) * SECOND);
        }

        /** Solves first t + (last - first) t² / (2 seconds) = n, in the form that holds for equal rates as well. */
        private double rising(long n) {
            double slope = (last - first) / seconds;
            return n == 0 ? 0 : 2 * n / (first + StrictMath.sqrt(Math.max(0, first * first + 2 * slope * n)));
        }
    }

    private static final class Burst extends ArrivalTimes {
        private final int size;
        private final long every;

        Burst(long from, Arrivals.Burst process) {
            super(from);
            size = process.size();
            every = process.every().toNanos();
        }

        @Override
        long after(long arrival) {
            return arrival / size * every;
        }
    }

    private static final class Trace extends ArrivalTimes {
        private final Arrivals.Trace process;

        Trace(long from, Arrivals.Trace process) {
            super(from);
            this.process = process;
        }

        @Override
        long after(long arrival) {
            int size = process.offsetsMicros().size();
            long offset = process.offsetsMicros().get((int) (arrival % size));
            return (arrival / size * process.roundMicros() + offset) * 1_000;
        }
    }
}
