package io.ringdown.pages;

import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.Finding;
import io.ringdown.judge.verdict.Rerouting;
import io.ringdown.record.AvailabilityLevel;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Demand;
import java.util.Locale;

/** What the terms of the criteria are called on a page, and what they mean in a few words. */
final class Words {
    private Words() {}

    /** A phase as people write it: {@code P4f}. */
    static String phase(Phase phase) {
        return phase == Phase.P4F ? "P4f" : phase.name();
    }

    /** A group of calls as people write it. */
    static String group(String group) {
        return switch (group) {
            case "P4F" -> "P4f";
            case "probes" -> "Set-up probes";
            case "none" -> "In no phase";
            default -> group;
        };
    }

    /** D as people write it, no finer than it was measured. */
    static String detectAndReroute(Rerouting rerouting) {
        String least = rerouting.restored() ? "" : "≥ ";
        Long resolution = rerouting.resolution();
        if (resolution == null) {
            return least + Figures.span(rerouting.total());
        }
        return rerouting.total() < resolution && rerouting.restored()
                ? "≤ " + Figures.span(rerouting.total() + resolution)
                : least + Figures.span(rerouting.total()) + " (resolved to " + Figures.span(resolution) + ")";
    }

    /** The state of a group's calls when the fault struck. */
    static String state(String group) {
        return switch (group) {
            case "P0" -> "INVITE sent, no 100";
            case "P1" -> "100 received, no 18x";
            case "P2" -> "ringing";
            case "P3" -> "200 sent, no ACK";
            case "P4" -> "established, idle";
            case "P4F" -> "established, fresh";
            case "P5" -> "re-INVITE or INFO open";
            case "P6" -> "BYE open";
            case "P7" -> "CANCEL or PRACK open";
            case "probes" -> "short calls, made steadily";
            case "none" -> "changing state, or not there";
            default -> "";
        };
    }

    static String meaning(Fate fate) {
        return switch (fate) {
            case TRANSPARENT -> "nothing of the below";
            case INDETERMINATE -> "the harness cannot tell";
            case LATE -> "a first attempt succeeded over its budget";
            case REPEATED -> "an intent succeeded only by a repeat or a re-dial";
            case FAILED -> "an intent never succeeded";
            case GHOST -> "one intent was acted on twice";
            case LOST -> "an established call is gone, or its state fell back";
        };
    }

    static String meaning(AvailabilityLevel level) {
        return switch (level) {
            case AL1 -> "out until repaired";
            case AL2 -> "available, calls lost";
            case AL3 -> "calls stay, some operations repeated";
            case AL4 -> "transparent";
        };
    }

    /** How a plan demands a level; empty for a null run. */
    static String demand(Demand demand) {
        return switch (demand) {
            case REQUIRE -> "required";
            case EXPECT -> "expected";
            case NONE -> "";
        };
    }

    static String cssClass(Finding finding) {
        return switch (finding) {
            case CONFIRMED -> "ok";
            case REFUTED -> "bad";
            case INCONCLUSIVE -> "open";
        };
    }

    static String sign(Finding finding) {
        return switch (finding) {
            case CONFIRMED -> "✓";
            case REFUTED -> "✗";
            case INCONCLUSIVE -> "?";
        };
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** The SIP method of an intent. */
    static String method(String intent) {
        return switch (intent) {
            case "SETUP" -> "INVITE";
            case "MODIFY" -> "re-INVITE";
            case "RELEASE" -> "BYE";
            default -> intent;
        };
    }

    static String incident(String kind) {
        return switch (kind) {
            case "UNSCRIPTED_BYE" -> "BYE that nobody asked for";
            case "FORKED_ANSWER" -> "a second 2xx, another To-tag";
            case "CHANGED_TAG" -> "another To-tag in the same dialog";
            case "CONNECTION_LOST" -> "the connection of an open request ended";
            case "STRAY" -> "a message of no open transaction";
            case "ORPHAN_SESSION" -> "session left behind";
            case "UNACKNOWLEDGED" -> "the callee hung up: no ACK to its 2xx";
            case "OPEN_LEG" -> "the callee's side left open";
            case "FAR_SIDE_REQUEST" -> "a request of the callee's";
            default -> kind;
        };
    }
}
