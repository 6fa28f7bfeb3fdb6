package io.ringdown.cluster.membership;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jgroups.Header;
import org.jgroups.JChannel;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.stack.Protocol;
import org.junit.jupiter.api.Test;

/** What the file beside the stack has of JGroups' classes: a receiver loses what it does not know without a word. */
class MemberStackTest {
    private static final Pattern ENTRY = Pattern.compile("<class id=\"(\\d+)\" *name=\"([^\"]+)\"/>");
    private static final Pattern CLASS_NAME = Pattern.compile("org/jgroups/[\\w/$]+");

    @Test
    void itHasEveryHeaderThatTheProtocolsName() throws Exception {
        var headers = new TreeSet<String>();
        try (JChannel channel = MemberStack.channel(
                Elements.cluster(List.of(Elements.engine(0), Elements.engine(1)), 1), Elements.engine(0), true)) {
            for (Protocol protocol : channel.getProtocolStack().getProtocols()) {
                for (Class<?> part = protocol.getClass(); part != Protocol.class; part = part.getSuperclass()) {
                    headers.addAll(headersNamedBy(part));
                }
            }
        }
        assertThat(headers)
                .contains("org.jgroups.protocols.TpHeader", "org.jgroups.protocols.pbcast.GMS$GmsHeader")
                .isSubsetOf(entries("jgroups-classes.xml").keySet());
    }

    @Test
    void itsNumbersAreThoseOfJgroups() throws IOException {
        assertThat(entries("/jg-magic-map.xml")).containsAllEntriesOf(entries("jgroups-classes.xml"));
    }

    /** By what is written in its class file. */
    private static Set<String> headersNamedBy(Class<?> part) throws Exception {
        var headers = new TreeSet<String>();
        String file = part.getName().replaceFirst(".*\\.", "") + ".class";
        try (var bytes = part.getResourceAsStream(file)) {
            String text = new String(bytes.readAllBytes(), ISO_8859_1);
            for (String name :
                    CLASS_NAME.matcher(text).results().map(MatchResult::group).toList()) {
                Class<?> named = loaded(name.replace('/', '.'));
                if (Header.class.isAssignableFrom(named) && named != Header.class) {
                    headers.add(named.getName());
                }
            }
        }
        return headers;
    }

    /** What only looks like the name of a class is taken for none of interest. */
    private static Class<?> loaded(String name) {
        try {
            return Class.forName(name, false, ClassConfigurator.class.getClassLoader());
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            return Object.class;
        }
    }

    private static TreeMap<String, String> entries(String resource) throws IOException {
        var entries = new TreeMap<String, String>();
        try (var file = MemberStack.class.getResourceAsStream(resource)) {
            ENTRY.matcher(new String(file.readAllBytes(), ISO_8859_1))
                    .results()
                    .forEach(each -> entries.put(each.group(2), each.group(1)));
        }
        return entries;
    }
}
