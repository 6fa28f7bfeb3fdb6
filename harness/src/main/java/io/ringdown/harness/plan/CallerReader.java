package io.ringdown.harness.plan;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.record.Caller;
import io.ringdown.record.Caller.Credentials;
import io.ringdown.record.Caller.KeepAlive;
import io.ringdown.record.Caller.Registrations;
import io.ringdown.record.Caller.SessionTimer;
import io.ringdown.record.Caller.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads how the generator is to speak, from a plan's workload. */
final class CallerReader {
    private static final int MOST_SOURCES = 100;
    private static final int MOST_LOAD_HOSTS = 16;
    /** Beside a service address. */
    private static final int MOST_ALL_SOURCES = 200;

    private static final int MOST_BINDINGS = 10_000;
    /** With the rest of a request, well within a datagram. */
    private static final int LONGEST_SDP = 8 << 10;

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofHours(24);
    private static final Pattern WHOLE = Pattern.compile("-?\\d+");
    private static final Pattern ADDRESS =
            Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$|:)|(?=$|:))){4}(?::(\\d{1,5}))?");
    private static final Pattern HEADER =
            Pattern.compile("([A-Za-z0-9.!%*_+`'~-]+)[ \\t]*:([ \\t]*[\\x21-\\x7e][\\x20-\\x7e]*)");
    /** The generator writes them itself, or a request has them where it needs them. */
    private static final Set<String> OWN = Set.of(
            "via",
            "v",
            "from",
            "f",
            "to",
            "t",
            "call-id",
            "i",
            "cseq",
            "contact",
            "m",
            "max-forwards",
            "route",
            "record-route",
            "content-length",
            "l",
            "content-type",
            "c",
            "authorization",
            "proxy-authorization",
            "expires",
            "session-expires",
            "x",
            "min-se",
            "supported",
            "k",
            "x-ringdown-hold");

    private final YamlSection at;
    private final Path folder;

    private CallerReader(String file, YamlSection at) {
        this.at = at;
        folder = Path.of(file).toAbsolutePath().getParent();
    }

    /** @param file the plan's: what it names lies beside it */
    static Caller read(String file, YamlSection workload) {
        return new CallerReader(file, workload).caller();
    }

    private Caller caller() {
        List<String> sources = at.words("sources").orElse(List.of("1"));
        boolean counted = sources.size() == 1 && WHOLE.matcher(sources.get(0)).matches();
        List<String> named = counted ? List.of() : addresses(sources);
        List<String> elsewhere = loadHostsAt(at);
        int hosts = counted ? loadHosts(at, elsewhere) : numberOf(at, elsewhere);
        if (!counted && hosts > sources.size()) {
            throw at.wrong("load-hosts", hosts + " share " + sources.size() + " sources: each needs one of its own");
        }
        return new Caller(
                transport(at),
                counted ? sources(at) : sources.size(),
                named,
                at.word("fail-over", List.of("on", "off")).filter("on"::equals).isPresent(),
                at.section("credentials").map(this::credentials).orElse(null),
                at.section("registrations").map(CallerReader::registrations).orElse(null),
                at.section("session-timer").map(CallerReader::sessionTimer).orElse(null),
                at.section("keep-alive").map(CallerReader::keepAlive).orElse(null),
                at.words("headers").map(this::headers).orElse(List.of()),
                at.file("sdp").map(this::sdp).orElse(null),
                hosts,
                elsewhere,
                realTime(at, elsewhere));
    }

    /** Whether the generator's threads go before others. What permits it is not among what load hosts elsewhere are given. */
    static boolean realTime(YamlSection at, List<String> elsewhere) {
        boolean realTime =
                at.word("real-time", List.of("on", "off")).filter("on"::equals).isPresent();
        if (realTime && !elsewhere.isEmpty()) {
            throw at.wrong("real-time", "load hosts of an inventory are scheduled as usual");
        }
        return realTime;
    }

    /** Those that are hosts of an inventory, by name; which one there is none knows yet. Empty: they are counted. */
    static List<String> loadHostsAt(YamlSection at) {
        List<String> named = at.words("load-hosts").orElse(List.of("1"));
        if (named.size() == 1 && WHOLE.matcher(named.get(0)).matches()) {
            return List.of();
        }
        if (named.isEmpty() || named.size() > MOST_LOAD_HOSTS) {
            throw at.wrong(
                    "load-hosts", "expected a number or a list of 1 to " + MOST_LOAD_HOSTS + " hosts of the inventory");
        }
        for (String name : named) {
            if (named.indexOf(name) != named.lastIndexOf(name)) {
                throw at.wrong("load-hosts", "'" + name + "' stands here twice");
            }
        }
        return named;
    }

    /**
     * How many processes share the calls, each with as many sources as are asked for.
     *
     * @param elsewhere those that are hosts of an inventory
     */
    static int loadHosts(YamlSection at, List<String> elsewhere) {
        int hosts = numberOf(at, elsewhere);
        int sources = sources(at);
        if (hosts > MOST_ALL_SOURCES / sources) {
            throw at.wrong(
                    "load-hosts",
                    hosts + " of " + sources + " sources each are more than the " + MOST_ALL_SOURCES
                            + " addresses that there are");
        }
        return hosts;
    }

    private static int numberOf(YamlSection at, List<String> elsewhere) {
        return elsewhere.isEmpty() ? at.whole("load-hosts", 1, MOST_LOAD_HOSTS).orElse(1) : elsewhere.size();
    }

    /** What carries the calls, or a search's sessions. */
    static Transport transport(YamlSection at) {
        return at.word("transport", Transport.values(), value -> value.name().toLowerCase(Locale.ROOT))
                .orElse(Transport.UDP);
    }

    /** From how many addresses beside the service address. */
    static int sources(YamlSection at) {
        return at.whole("sources", 1, MOST_SOURCES).orElse(1);
    }

    private List<String> addresses(List<String> sources) {
        if (sources.isEmpty() || sources.size() > MOST_SOURCES) {
            throw at.wrong("sources", "expected a number or a list of 1 to " + MOST_SOURCES + " addresses");
        }
        var seen = new HashSet<String>();
        for (String source : sources) {
            var matcher = ADDRESS.matcher(source);
            if (!matcher.matches() || matcher.group(1) != null && Integer.parseInt(matcher.group(1)) > 65_535) {
                throw at.wrong("sources", "'" + source + "' is no IPv4 address such as 127.0.0.5 or 127.0.0.5:5070");
            }
            if (!seen.add(source)) {
                throw at.wrong("sources", "'" + source + "' stands here twice");
            }
        }
        return sources;
    }

    private Credentials credentials(YamlSection section) {
        String user = section.text("user").orElseThrow(() -> section.wrong("user", "missing"));
        String variable = section.text("password-variable").orElse(null);
        String file = section.file("password-file")
                .map(name -> beside(name).toString())
                .orElse(null);
        if (section.has("password")) {
            throw section.wrong(
                    "password", "a plan holds no password; name where it is: password-variable or password-file");
        }
        if (variable == null == (file == null)) {
            throw section.wrong("password-variable", "expected exactly one of password-variable and password-file");
        }
        if (!user.matches("[\\x20-\\x7e]+")) {
            throw section.wrong("user", "expected printable characters of ASCII");
        }
        section.refuseOthers();
        return new Credentials(user, variable, file);
    }

    private Path beside(Path name) {
        return folder.resolve(name).normalize();
    }

    private static Registrations registrations(YamlSection section) {
        int bindings =
                section.whole("bindings", 1, MOST_BINDINGS).orElseThrow(() -> section.wrong("bindings", "missing"));
        Duration expires = seconds(section, "expires", 60);
        section.refuseOthers();
        return new Registrations(bindings, expires);
    }

    private static SessionTimer sessionTimer(YamlSection section) {
        Duration expires = seconds(section, "expires", 90);
        Duration minimum = section.has("min-se") ? seconds(section, "min-se", 90) : null;
        if (minimum != null && minimum.compareTo(expires) > 0) {
            throw section.wrong("min-se", "more than expires");
        }
        boolean update = section.word("refresh", List.of("re-invite", "update"))
                .filter("update"::equals)
                .isPresent();
        section.refuseOthers();
        return new SessionTimer(expires, minimum, update);
    }

    /** SIP counts these in whole seconds. */
    private static Duration seconds(YamlSection section, String key, int otherwise) {
        Duration value = section.duration(key, SECOND.multipliedBy(2), DAY).orElse(SECOND.multipliedBy(otherwise));
        if (value.getNano() != 0) {
            throw section.wrong(key, "expected whole seconds");
        }
        return value;
    }

    private static KeepAlive keepAlive(YamlSection section) {
        Duration every = section.duration("every", Duration.ofMillis(100), DAY)
                .orElseThrow(() -> section.wrong("every", "missing"));
        boolean inDialog = section.word("in", List.of("dialog", "nothing"))
                .filter("nothing"::equals)
                .isEmpty();
        section.refuseOthers();
        return new KeepAlive(every, inDialog);
    }

    private List<String> headers(List<String> lines) {
        for (String line : lines) {
            var matcher = HEADER.matcher(line);
            if (!matcher.matches()) {
                String shown = line.replaceAll("\\p{Cntrl}", "?");
                throw at.wrong("headers", "'" + shown + "' is no header line such as 'X-Name: value'");
            }
            if (OWN.contains(matcher.group(1).toLowerCase(Locale.ROOT))) {
                throw at.wrong("headers", "'" + matcher.group(1) + "' is written by the generator itself");
            }
        }
        return lines;
    }

    /** A body's lines end with CRLF (RFC 8866 section 5), whatever an editor made of them. */
    private String sdp(Path name) {
        Path file = beside(name);
        try {
            if (Files.size(file) > LONGEST_SDP) {
                throw at.wrong("sdp", "'" + name + "' has more than " + LONGEST_SDP + " bytes");
            }
            String text =
                    Files.readString(file, ISO_8859_1).replace("\r\n", "\n").strip();
            if (!text.startsWith("v=0\n")) {
                throw at.wrong("sdp", "'" + name + "' does not begin with v=0");
            }
            return text.replace("\n", "\r\n") + "\r\n";
        } catch (IOException e) {
            throw at.wrong("sdp", "'" + name + "' cannot be read");
        }
    }
}
