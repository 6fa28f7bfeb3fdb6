package io.ringdown.record;

/** Copies a load host's operations log into the run's, with the run's instants. */
final class Shifted implements OperationLogReader.Visitor {
    private final ClockCourse clock;
    private final OperationLogWriter log;
    private final OperationLogReader.Visitor watcher;

    Shifted(LoadHost host, OperationLogWriter log, OperationLogReader.Visitor watcher) {
        clock = host.clock();
        this.log = log;
        this.watcher = watcher;
    }

    @Override
    public void call(Call call) {
        log.append(call);
        watcher.call(call);
    }

    @Override
    public void operation(Operation op) {
        var shifted = new Operation(
                op.call(),
                op.intent(),
                op.intentIndex(),
                op.attempt(),
                op.cseq(),
                clock.runNanos(op.intended()),
                clock.runNanos(op.sent()),
                clock.runNanos(op.trying()),
                clock.runNanos(op.ringing()),
                clock.runNanos(op.end()),
                clock.runNanos(op.acked()),
                clock.runNanos(op.hold18x()),
                clock.runNanos(op.holdFinal()),
                op.outcome(),
                op.status(),
                op.retransmissions(),
                op.node(),
                op.counter(),
                op.setups(),
                op.answersAgain(),
                clock.runNanos(op.lastAnswer()));
        log.append(shifted);
        watcher.operation(shifted);
    }

    @Override
    public void incident(Incident incident) {
        var shifted = new Incident(incident.call(), clock.runNanos(incident.at()), incident.kind(), incident.detail());
        log.append(shifted);
        watcher.incident(shifted);
    }
}
