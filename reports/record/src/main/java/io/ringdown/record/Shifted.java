package io.ringdown.record;

/** Copies a load host's operations log into the run's, with the run's instants. */
final class Shifted implements OperationLogReader.Visitor {
    private final LoadHost host;
    private final OperationLogWriter log;
    private final OperationLogReader.Visitor watcher;

    Shifted(LoadHost host, OperationLogWriter log, OperationLogReader.Visitor watcher) {
        this.host = host;
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
                host.runNanos(op.intended()),
                host.runNanos(op.sent()),
                host.runNanos(op.trying()),
                host.runNanos(op.ringing()),
                host.runNanos(op.end()),
                host.runNanos(op.acked()),
                host.runNanos(op.hold18x()),
                host.runNanos(op.holdFinal()),
                op.outcome(),
                op.status(),
                op.retransmissions(),
                op.node(),
                op.counter(),
                op.setups(),
                op.answersAgain(),
                host.runNanos(op.lastAnswer()));
        log.append(shifted);
        watcher.operation(shifted);
    }

    @Override
    public void incident(Incident incident) {
        var shifted = new Incident(incident.call(), host.runNanos(incident.at()), incident.kind(), incident.detail());
        log.append(shifted);
        watcher.incident(shifted);
    }
}
