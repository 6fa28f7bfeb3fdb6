package io.ringdown.cluster.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/** The test messages of RFC 4475, from the resource {@code rfc4475.txt}. */
public final class TortureMessages {
    private static final List<String> PIECES = List.of(
            "\r\n",
            "\n",
            "\r",
            "\r\n ",
            ":",
            ";",
            ",",
            "\"",
            "<",
            ">",
            "\0",
            " ",
            "/",
            "=",
            "[::",
            "Via: ",
            "tag=",
            "rport=",
            "received=",
            "branch=",
            "z9hG4bK",
            "SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx",
            "99999999999",
            "-1",
            "\u00ff",
            "Call-ID: ",
            "Content-Length: 7\r\n",
            "X-Ringdown-Hold: final=",
            "1000000000",
            "INFO",
            "BYE",
            "OPTIONS");

    private static final Pattern ONE_LINE = Pattern.compile("<allOneLine>\n(.*?)\n</allOneLine>", Pattern.DOTALL);
    private static final Pattern REPEAT = Pattern.compile("<repeat count=(\\d+)>(.*?)</repeat>");
    private static final Pattern HEX = Pattern.compile("<hex>([0-9A-F\n]*)</hex>");

    private TortureMessages() {}

    /**
     * One message.
     *
     * @param engine what an engine does: the status of its last answer, {@code dropped}, or {@code ignored}
     * @param dispatcher what a dispatcher does: {@code forwarded} or {@code dropped}
     */
    public record Message(String section, String name, String engine, String dispatcher, byte[] bytes) {
        @Override
        public String toString() {
            return section + " " + name;
        }
    }

    public static List<Message> all() {
        try (InputStream in = TortureMessages.class.getResourceAsStream("/rfc4475.txt")) {
            String[] parts = new String(in.readAllBytes(), ISO_8859_1).split("(?m)^### ");
            return Arrays.stream(parts).skip(1).map(TortureMessages::message).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Message message(String part) {
        int line = part.indexOf('\n');
        String[] head = part.substring(0, line).split(" ");
        String text = part.substring(line + 1);
        text = ONE_LINE.matcher(text).replaceAll(found -> quoted(found.group(1).replace("\n", "")));
        text = REPEAT.matcher(text)
                .replaceAll(found -> quoted(found.group(2).repeat(Integer.parseInt(found.group(1)))));
        text = text.replaceAll("(?<=<hex>[0-9A-F\n]{0,400})\n(?=[0-9A-F\n]*</hex>)", "");
        text = HEX.matcher(text.replace("\n", "\r\n")).replaceAll(found -> quoted(bytes(found.group(1))));
        return new Message(head[0], head[1], head[2], head[3], text.getBytes(ISO_8859_1));
    }

    private static String quoted(String replacement) {
        return java.util.regex.Matcher.quoteReplacement(replacement);
    }

    private static String bytes(String hex) {
        return new String(HexFormat.of().parseHex(hex), ISO_8859_1);
    }

    /** What chance makes of a message. */
    public static byte[] mutated(Random random, byte[] valid) {
        var text = new StringBuilder(new String(valid, ISO_8859_1));
        for (int change = random.nextInt(4); change >= 0; change--) {
            int from = random.nextInt(text.length());
            int to = Math.min(text.length(), from + random.nextInt(12));
            switch (random.nextInt(4)) {
                case 0 -> text.insert(from, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> text.delete(from, to);
                case 2 -> text.insert(random.nextInt(text.length()), text.substring(from, to));
                default -> text.replace(from, to, PIECES.get(random.nextInt(PIECES.size())));
            }
            if (text.isEmpty()) {
                return new byte[0];
            }
        }
        return text.toString().getBytes(ISO_8859_1);
    }
}
