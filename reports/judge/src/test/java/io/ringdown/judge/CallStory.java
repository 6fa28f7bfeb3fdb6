package io.ringdown.judge;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Phase;
import java.util.ArrayList;
import java.util.List;

/** One call of a story, told operation by operation. */
final class CallStory {
    private final int number;
    private final CallRole role;
    private final Phase phase;
    private final int redialOf;
    private final List<OperationStory> operations = new ArrayList<>();
    private final List<Incident> incidents = new ArrayList<>();
    private String owner = "r1m1-engine";
    private String heir = "r2m1-engine";
    private boolean listed = true;
    private int intents;
    private int cseq;
    private Intent last;

    CallStory(int number, CallRole role, Phase phase, int redialOf) {
        this.number = number;
        this.role = role;
        this.phase = phase;
        this.redialOf = redialOf;
    }

    CallStory owner(String element) {
        owner = element;
        if (!element.equals("r1m1-engine")) {
            heir = element;
        }
        return this;
    }

    /** The owner snapshot does not know the call. */
    CallStory unlisted() {
        listed = false;
        return this;
    }

    String owner() {
        return owner;
    }

    /** Whoever answers after the fault. */
    String heir() {
        return heir;
    }

    boolean listed() {
        return listed && role == CallRole.POPULATION && redialOf < 0;
    }

    int number() {
        return number;
    }

    String callId() {
        return number + "@story";
    }

    OperationStory invite(double at) {
        return next(Intent.SETUP, at);
    }

    OperationStory redialled(double at) {
        return next(Intent.SETUP, at).as(AttemptKind.REDIAL);
    }

    OperationStory info(double at) {
        return next(Intent.INFO, at);
    }

    OperationStory modify(double at) {
        return next(Intent.MODIFY, at);
    }

    OperationStory bye(double at) {
        return next(Intent.RELEASE, at);
    }

    /** A CANCEL has its INVITE's CSeq. */
    OperationStory cancel(double at) {
        var story = new OperationStory(this, Intent.CANCEL, intents++, cseq, at);
        operations.add(story);
        return story;
    }

    /** Another attempt for the last intent. */
    OperationStory repeat(double at) {
        return again(at).as(AttemptKind.REPEAT);
    }

    /** The last attempt's request once more, on a new connection or to another address. */
    OperationStory resent(double at) {
        var story = new OperationStory(this, last, intents - 1, cseq, at).as(AttemptKind.REPEAT);
        operations.add(story);
        return story;
    }

    OperationStory register(double at) {
        return next(Intent.REGISTER, at);
    }

    OperationStory options(double at) {
        return next(Intent.OPTIONS, at);
    }

    OperationStory followUp(double at) {
        return again(at).as(AttemptKind.FOLLOW_UP);
    }

    private OperationStory again(double at) {
        var story = new OperationStory(this, last, intents - 1, ++cseq, at);
        operations.add(story);
        return story;
    }

    private OperationStory next(Intent intent, double at) {
        last = intent;
        var story = new OperationStory(this, intent, intents++, ++cseq, at);
        operations.add(story);
        return story;
    }

    CallStory incident(Incident.Kind kind, double at) {
        return incident(kind, at, "as told");
    }

    CallStory incident(Incident.Kind kind, double at, String detail) {
        incidents.add(new Incident(number, RunStory.instant(at), kind, detail));
        return this;
    }

    /** Established well before the fault. */
    CallStory established() {
        return invite(-8_000).ringing(-7_999).setups(1).ok(-7_998);
    }

    /** Everything goes well, with the phase held at the fault. */
    CallStory transparent() {
        switch (phase) {
            case P0 -> invite(-5).retransmitted(1).ok(495).bye(4_000).counter(0).ok(4_001);
            case P1 ->
                invite(-2_000)
                        .trying(-1_999)
                        .hold18x(2_000)
                        .hold(2_000)
                        .ringing(2_001)
                        .ok(2_001);
            case P2 -> invite(-2_000).trying(-1_999).ringing(-1_999).hold(2_000).ok(2_001);
            case P3 ->
                invite(-2_000)
                        .trying(-1_999)
                        .acked(2_000)
                        .answeredAgain(3, 1_500)
                        .ok(-1_998);
            default -> established();
        }
        switch (phase) {
            case P4F -> info(-300).counter(1).ok(-299).info(3_000).counter(2).ok(3_001);
            case P5 -> info(-1_000).hold(2_000).counter(1).ok(2_001);
            case P6 -> bye(-1_000).hold(2_000).counter(0).ok(2_001);
            default -> {
                // idle
            }
        }
        if (phase != Phase.P6 && phase != Phase.P0) {
            bye(4_000)
                    .counter(phase == Phase.P4F ? 2 : phase == Phase.P5 ? 1 : 0)
                    .ok(4_001);
        }
        return this;
    }

    Call call() {
        return new Call(number, callId(), role, phase, false, redialOf);
    }

    List<OperationStory> operations() {
        return operations;
    }

    List<Incident> incidents() {
        return incidents;
    }
}
