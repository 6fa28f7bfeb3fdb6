package io.ringdown.judge;

import io.ringdown.judge.verdict.Fate;
import io.ringdown.record.Call;
import io.ringdown.record.Phase;
import java.util.ArrayList;
import java.util.List;

/** What is found of one call and of its re-dials, while it is found. */
final class Judgement {
    final Call call;
    private List<Harm> harms = List.of();
    private List<Harm> before = List.of();
    /** The harness cannot tell whether all went well. */
    boolean unknown;
    /** It cannot since others had the processors. */
    boolean crowdedOut;
    /** The harness cannot tell whether the call was LOST, even if it was harmed otherwise for certain. */
    boolean unknownLost;
    /** The same of what came after the set-up. */
    private boolean unknownLater;
    /** A counter acknowledged before t_f was seen again, and had not fallen back. */
    boolean counterVerified;

    /** The call's phase at t_f, or null if it was in none. */
    Phase phase;
    /** Where it is counted: a phase's name, {@code over}, {@code new}, {@code changing}. */
    String group = "";

    Exposure exposure = Exposure.UNKNOWN;

    Judgement(Call call) {
        this.call = call;
    }

    void add(Harm harm) {
        if (harms.isEmpty()) {
            harms = new ArrayList<>(2);
        }
        harms.add(harm);
    }

    void cannotTell() {
        unknown = true;
        unknownLost = true;
    }

    /** Others on the machine may have caused what would be harm. */
    void crowdedOut() {
        unknown = true;
        crowdedOut = true;
    }

    /** Finds what became of the call once it was set up. */
    void later(Runnable finding) {
        boolean earlier = unknown;
        boolean earlierLost = unknownLost;
        unknown = false;
        unknownLost = false;
        finding.run();
        unknownLater = unknown || unknownLost;
        unknown |= earlier;
        unknownLost |= earlierLost;
    }

    /** Its record ends in the middle: what was still to come may have made up for anything but a LOST and a GHOST. */
    void cutShort() {
        cannotTell();
        harms = harms.stream()
                .filter(harm -> harm.fate() == Fate.LOST || harm.fate() == Fate.GHOST)
                .toList();
    }

    boolean lost() {
        return has(Fate.LOST);
    }

    boolean has(Fate fate) {
        for (Harm harm : harms) {
            if (harm.fate() == fate) {
                return true;
            }
        }
        return false;
    }

    List<Harm> harms() {
        return harms;
    }

    /** Takes away what befell the call before an instant, and returns it. */
    List<Harm> split(long instant) {
        if (harms.isEmpty()) {
            return harms;
        }
        List<Harm> before = harms.stream().filter(harm -> harm.at() < instant).toList();
        harms = harms.stream().filter(harm -> harm.at() >= instant).toList();
        return before;
    }

    void before(List<Harm> harm) {
        before = harm;
    }

    /** What befell it before the fault. */
    List<Harm> before() {
        return before;
    }

    /** Whether nothing but the set-up was harmed, for certain. */
    boolean setUpOnly() {
        return !unknownLater && harms.stream().allMatch(Harm::setUp);
    }

    /** The worst that befell it. */
    Fate fate() {
        Fate worst = unknown || unknownLost ? Fate.INDETERMINATE : Fate.TRANSPARENT;
        for (Harm harm : harms) {
            worst = harm.fate().compareTo(worst) > 0 ? harm.fate() : worst;
        }
        return worst;
    }
}
