/**
 * The run folder: what happened in a run, as versioned records, with their writer and reader.
 *
 * <p>Driving and injecting write it; judging and reporting only read it. All instants are <em>run nanos</em>: monotonic
 * nanoseconds since the run began ({@link io.ringdown.record.RunClock}); {@link io.ringdown.record.Operation#NONE} stands for an
 * instant that never came.
 */
package io.ringdown.record;
