package io.ringdown.harness.run;

import io.ringdown.faults.LinuxNetwork;
import io.ringdown.faults.SettableClock;
import io.ringdown.harness.hosts.Doctor;
import io.ringdown.harness.hosts.Doctor.Finding;
import io.ringdown.harness.plan.DescribedCluster;
import io.ringdown.harness.plan.InvalidPlanException;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.ResolvedPlan.Callee;
import io.ringdown.record.ResolvedPlan.Sipp;
import io.ringdown.record.Topology;
import io.ringdown.workloads.sipp.ScenarioCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a plan needs of this host beside the cluster, looked at before anything is started. */
public final class Readiness {
    private Readiness() {}

    /**
     * Refuses plans that cannot be driven here.
     *
     * @throws InvalidPlanException with one line: what is missing and what changes that, or what is wrong with a scenario of the
     *     user's own in SIPp's words
     * @throws IOException if SIPp is there and cannot be started
     */
    public static void check(List<Resolution> resolutions) throws IOException {
        for (Resolution resolution : resolutions) {
            kinds(resolution);
            others(resolution);
            Sipp sipp = resolution.plan().workload().sipp();
            Callee callee = resolution.plan().workload().callee();
            boolean answers = callee != null && callee.sipp();
            if (sipp == null && !answers) {
                continue;
            }
            String key = sipp == null ? "workload.callee.driver" : "workload.driver";
            Path program = Doctor.program("sipp")
                    .orElseThrow(
                            () -> new InvalidPlanException(resolution.plan().name() + ": " + key
                                    + ": no program sipp on the PATH; " + Doctor.SIPP_REMEDY));
            if (sipp != null && sipp.custom()) {
                Optional<String> complaint = ScenarioCheck.complaint(program.toString(), Path.of(sipp.scenario()));
                if (complaint.isPresent()) {
                    throw new InvalidPlanException(sipp.scenario() + ": SIPp refuses it: " + complaint.get());
                }
            }
        }
    }

    /** What programs and rights they lack, they say themselves. */
    private static void otherHosts(Resolution resolution) {
        for (FaultOrder order : resolution.plan().faults()) {
            if (order.kind().ofNetwork()
                    && order.kind() != Kind.ISOLATE
                    && order.kind() != Kind.LOSS
                    && !resolution.placement().onLoopback()) {
                throw new InvalidPlanException(resolution.plan().name() + ": faults: kind "
                        + order.kind().word()
                        + " keeps packets on the loopback device, where hosts with addresses of their own have none:"
                        + " isolate and loss can be done there");
            }
        }
    }

    /** What a topology file needs of this machine: the programs that it starts, and the addresses. */
    private static void others(Resolution resolution) throws IOException {
        DescribedCluster described = resolution.described();
        if (described == null) {
            return;
        }
        described.power().forEach((machine, power) -> {
            requireProgram(described, machine, power.off());
            requireProgram(described, machine, power.on());
        });
        if (resolution.placement() != null) {
            callee(resolution);
        }
        if (!described.contained().isEmpty()) {
            containers(described);
        }
        for (Topology.Machine machine : described.topology().machines()) {
            if (described.contained().containsKey(machine.name())
                    || described.away().containsKey(machine.name())) {
                continue;
            }
            if (!isHere(machine.address())) {
                throw new InvalidPlanException(described.file() + ": " + machine.name() + ": " + machine.address()
                        + " is no address of this machine, and elements of a topology file are started here");
            }
            for (Topology.Element element : machine.elements()) {
                described
                        .care()
                        .get(element.name())
                        .commands()
                        .forEach(command -> requireProgram(described, element.name(), command));
            }
        }
    }

    /** Whether they are there, and can send to the callee: most have loopback devices of their own. */
    private static void containers(DescribedCluster described) throws IOException {
        for (Finding finding : described.standing().examine()) {
            if (!finding.good()) {
                throw new InvalidPlanException(
                        described.file() + ": " + finding.what() + ": " + finding.seen() + "; " + finding.remedy());
            }
        }
        String address = described.callee().substring(0, described.callee().lastIndexOf(':'));
        if (!isHere(address) || isLoopback(address) && !described.standing().onHost()) {
            throw new InvalidPlanException(described.file() + ": callee.address: " + address
                    + " is no address of this machine that its containers could send to");
        }
    }

    /** Elements elsewhere send to it, and their hosts have loopback devices of their own. */
    private static void callee(Resolution resolution) {
        DescribedCluster described = resolution.described();
        String address = described.callee().substring(0, described.callee().lastIndexOf(':'));
        boolean reached = resolution.placement().onLoopback() || !isLoopback(address);
        if (!isHere(address) || !reached) {
            throw new InvalidPlanException(described.file() + ": callee.address: " + address
                    + " is no address of this machine that its hosts could send to");
        }
    }

    private static void requireProgram(DescribedCluster described, String whose, List<String> command) {
        boolean found =
                command.get(0).contains("/") || Doctor.program(command.get(0)).isPresent();
        if (!found) {
            throw new InvalidPlanException(
                    described.file() + ": " + whose + ": no program " + command.get(0) + " on the PATH");
        }
    }

    private static boolean isHere(String address) {
        try {
            var here = InetAddress.getByName(address);
            return here.isLoopbackAddress() || NetworkInterface.getByInetAddress(here) != null;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (IOException e) {
            return false;
        }
    }

    private static void kinds(Resolution resolution) {
        if (resolution.placement() != null) {
            otherHosts(resolution);
            return;
        }
        var network = new LinuxNetwork();
        for (FaultOrder order : resolution.plan().faults()) {
            String refusal = order.kind().ofNetwork()
                    ? network.refusal(order.kind())
                    : order.kind() == Kind.CLOCK ? SettableClock.refusal() : "";
            if (!refusal.isEmpty()) {
                throw new InvalidPlanException(resolution.plan().name() + ": faults: kind "
                        + order.kind().word() + " cannot be done here: " + refusal);
            }
        }
    }
}
