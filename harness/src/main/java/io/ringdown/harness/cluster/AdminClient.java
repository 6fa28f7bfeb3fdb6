package io.ringdown.harness.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringdown.faults.AdminPage;
import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunEvent;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** Asks the reference cluster's elements, by their admin ports, what only they can know. Every question has a deadline. */
public final class AdminClient {
    /** A thread a question that is open. */
    private final ExecutorService asking = Executors.newCachedThreadPool(question -> {
        var thread = new Thread(question, "admin-client");
        thread.setDaemon(true);
        return thread;
    });

    private final ObjectMapper json = new ObjectMapper();

    /**
     * How an element says that it is.
     *
     * @param state {@code starting}, {@code up} or {@code synced}
     * @param members names of the elements that it takes for alive
     */
    public record Health(String state, List<String> members) {
        public Health {
            members = List.copyOf(members);
        }
    }

    /** How an element is, or empty if it does not answer. */
    public Optional<Health> health(Element element) throws InterruptedException {
        return Optional.ofNullable(health(List.of(element)).get(element.name()));
    }

    /** How elements are, by name; without those that do not answer. All are asked at once. */
    Map<String, Health> health(Collection<Element> elements) throws InterruptedException {
        var answers = new TreeMap<String, CompletableFuture<String>>();
        elements.forEach(element -> answers.put(element.name(), get(element, "/health")));
        var found = new TreeMap<String, Health>();
        ask(answers)
                .forEach((element, answer) ->
                        answer.flatMap(this::health).ifPresent(health -> found.put(element, health)));
        return found;
    }

    private Optional<Health> health(String body) {
        try {
            JsonNode node = json.readTree(body);
            var members = new ArrayList<String>();
            node.path("members").forEach(member -> members.add(member.asText()));
            return Optional.of(new Health(node.path("state").asText(), members));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** An element's figures in Prometheus' text format, or empty if it does not answer. */
    public Optional<String> metrics(Element element) throws InterruptedException {
        return ask(Map.of(element.name(), get(element, "/metrics"))).getOrDefault(element.name(), Optional.empty());
    }

    /** Who owns which call, and who holds copies, now. All elements are asked at once. */
    public OwnerSnapshot owners(String purpose, Topology topology, RunClock clock) throws InterruptedException {
        long started = clock.nanos();
        var owned = asked(topology, Element::processes, "/owned");
        var copies = asked(topology, Element::stores, "/copies");
        var ownedLists = ask(owned);
        var copyLists = ask(copies);
        List<String> silent = Stream.concat(ownedLists.entrySet().stream(), copyLists.entrySet().stream())
                .filter(entry -> entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        return new OwnerSnapshot(purpose, started, clock.nanos(), lists(ownedLists), lists(copyLists), silent);
    }

    /**
     * Everything the elements say happened to them, by time; an element that does not answer is passed over.
     *
     * @param silent elements known not to answer, which are not waited for
     * @param aheadMicros how far an element's wall clock is ahead of this machine's
     */
    public List<RunEvent.ClusterEvent> events(
            Topology topology, List<String> silent, RunClock clock, ToLongFunction<String> aheadMicros)
            throws InterruptedException {
        var answers = new TreeMap<String, CompletableFuture<String>>();
        topology.elements().stream()
                .filter(element -> !silent.contains(element.name()))
                .forEach(element -> answers.put(element.name(), get(element, "/events")));
        var events = new ArrayList<RunEvent.ClusterEvent>();
        ask(answers).forEach((element, body) -> {
            long ahead = aheadMicros.applyAsLong(element);
            body.stream()
                    .flatMap(String::lines)
                    .filter(line -> !line.isBlank())
                    .forEach(line -> events.add(event(element, line, clock, ahead)));
        });
        events.sort(java.util.Comparator.comparingLong(RunEvent.ClusterEvent::at));
        return events;
    }

    private RunEvent.ClusterEvent event(String element, String line, RunClock clock, long ahead) {
        try {
            JsonNode node = json.readTree(line);
            Map<String, Object> detail = json.convertValue(
                    node.path("detail").isObject() ? node.path("detail") : json.createObjectNode(),
                    new com.fasterxml.jackson.core.type.TypeReference<>() {});
            return new RunEvent.ClusterEvent(
                    clock.fromEpochMicros(node.path("epochMicros").asLong() - ahead),
                    element,
                    node.path("event").asText(),
                    detail);
        } catch (IOException e) {
            return new RunEvent.ClusterEvent(clock.nanos(), element, "unreadable", Map.of("line", line));
        }
    }

    private Map<String, CompletableFuture<String>> asked(Topology topology, Predicate<Element> whom, String path) {
        var answers = new TreeMap<String, CompletableFuture<String>>();
        topology.elements().stream()
                .filter(element -> whom.test(element) && !element.admin().isEmpty())
                .forEach(element -> answers.put(element.name(), get(element, path)));
        return answers;
    }

    /** Call-IDs stand first on each line. */
    private static Map<String, List<String>> lists(Map<String, Optional<String>> answers) {
        var lists = new TreeMap<String, List<String>>();
        answers.forEach((element, body) -> body.ifPresent(text -> lists.put(
                element,
                text.lines()
                        .filter(line -> !line.isBlank())
                        .map(line -> line.split(" ", 2)[0])
                        .sorted()
                        .toList())));
        return lists;
    }

    private CompletableFuture<String> get(Element element, String path) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        AdminPage answer = AdminPage.get(element.admin(), path);
                        if (answer.status() != 200) {
                            throw new IOException(element.name() + " answered " + answer.status());
                        }
                        return answer.body();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                asking);
    }

    /**
     * Has an element do something.
     *
     * @return why it does not, or empty
     * @throws IOException if it does not answer
     */
    public String post(Element element, String path) throws IOException {
        AdminPage answer = AdminPage.post(element.admin(), path);
        return answer.status() == 200 ? "" : answer.body().strip();
    }

    private static Map<String, Optional<String>> ask(Map<String, CompletableFuture<String>> questions)
            throws InterruptedException {
        var answers = new TreeMap<String, Optional<String>>();
        for (var question : questions.entrySet()) {
            Optional<String> answer;
            try {
                answer = Optional.of(question.getValue().get(AdminPage.PATIENCE_MILLIS + 500, TimeUnit.MILLISECONDS));
            } catch (ExecutionException | TimeoutException e) {
                answer = Optional.empty();
            }
            answers.put(question.getKey(), answer);
        }
        return answers;
    }
}
