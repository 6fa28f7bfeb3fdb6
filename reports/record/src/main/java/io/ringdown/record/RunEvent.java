package io.ringdown.record;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Map;
import java.util.Objects;

/** Something that happened in a run, other than to a call. Written as one JSON line each. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = RunEvent.StageEntered.class, name = "stage"),
    @JsonSubTypes.Type(value = RunEvent.Strike.class, name = "strike"),
    @JsonSubTypes.Type(value = RunEvent.FaultInjected.class, name = "fault"),
    @JsonSubTypes.Type(value = RunEvent.Serving.class, name = "serving"),
    @JsonSubTypes.Type(value = RunEvent.ClusterEvent.class, name = "cluster"),
    @JsonSubTypes.Type(value = RunEvent.QuotaRead.class, name = "quota"),
    @JsonSubTypes.Type(value = RunEvent.Healed.class, name = "healed"),
    @JsonSubTypes.Type(value = RunEvent.Ended.class, name = "ended"),
})
public sealed interface RunEvent {
    /** Run nanos. */
    long at();

    /** The stages of a run, in order. */
    enum Stage {
        PROVISION,
        FILL,
        FAULT,
        RECOVERY,
        FINAL_PROBE,
        /** Of a capacity search, in place of the four before. */
        TRIALS,
        HEAL,
        TEARDOWN
    }

    /** A stage of the run began. */
    record StageEntered(long at, Stage stage) implements RunEvent {
        public StageEntered {
            Objects.requireNonNull(stage, "stage");
        }
    }

    /** The instant towards which the population was filled; without a fault (null run) it stands for t_f. */
    record Strike(long at) implements RunEvent {}

    /** A fault was injected; {@code at} is when this was written. A later line for the same index replaces an earlier one. */
    record FaultInjected(long at, InjectedFault fault) implements RunEvent {
        public FaultInjected {
            Objects.requireNonNull(fault, "fault");
        }
    }

    /** A repaired element said that it serves again (is synced). */
    record Serving(long at, String element) implements RunEvent {
        public Serving {
            Objects.requireNonNull(element, "element");
        }
    }

    /** Something an element tells of itself: a view, a suspicion, a takeover. */
    record ClusterEvent(long at, String element, String event, Map<String, Object> detail) implements RunEvent {
        public ClusterEvent {
            Objects.requireNonNull(element, "element");
            Objects.requireNonNull(event, "event");
            Objects.requireNonNull(detail, "detail");
        }
    }

    /**
     * A machine's quota was read back on its host: when the cluster served, and before it was stopped.
     *
     * @param processors how many it may use the time of
     * @param held whether that was in force for every element of the machine's that was not gone
     */
    record QuotaRead(long at, String machine, double processors, boolean held, String evidence) implements RunEvent {
        public QuotaRead {
            Objects.requireNonNull(machine, "machine");
        }
    }

    /** Healing ended. {@code complete}: nothing is left behind. */
    record Healed(long at, boolean complete, String detail) implements RunEvent {}

    /** The run ended by itself, was interrupted, or failed; without this line the harness was killed. */
    record Ended(long at, Ending ending, String detail) implements RunEvent {
        public Ended {
            Objects.requireNonNull(ending, "ending");
        }
    }

    /** How a run ended. */
    enum Ending {
        COMPLETED,
        INTERRUPTED,
        /** By the plan's criterion: it did too much harm for too long. */
        ABORTED,
        /** A host was heard of no more, which the plan knows nothing of, and whatever ran there was lost with it. */
        HOST_LOST,
        HARNESS_FAILED
    }
}
