package io.ringdown.pages;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Criterion;
import io.ringdown.judge.verdict.Finding;
import io.ringdown.judge.verdict.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes a verdict as JUnit XML: a test case a criterion, and a first one for the verdict itself.
 *
 * <p>Refuted is a failure and confirmed a pass. Inconclusive is an <em>error</em>, not skipped: CI servers paint a build with skipped
 * tests green, and what was not decided must not look passed. In a run that passed, what its plan did not demand may stay undecided;
 * only there it is skipped.
 */
public final class JUnitReport {
    private JUnitReport() {}

    /**
     * Writes the report. The same verdict gives the same bytes.
     *
     * @throws IOException if it cannot be written
     */
    public static void write(Verdict verdict, Path path) throws IOException {
        try (Writer file = Files.newBufferedWriter(path)) {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(file);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            suite(xml, verdict);
            xml.writeEndDocument();
            xml.flush();
            file.write('\n');
        } catch (XMLStreamException e) {
            throw new IOException(path + ": cannot be written: " + e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void suite(XMLStreamWriter xml, Verdict verdict) throws XMLStreamException {
        boolean passed = verdict.conclusion() == Conclusion.PASS;
        int refuted = count(verdict, Finding.REFUTED) + (verdict.conclusion() == Conclusion.FAIL ? 1 : 0);
        int open = count(verdict, Finding.INCONCLUSIVE);
        int unclear = verdict.conclusion() == Conclusion.INCONCLUSIVE ? 1 : 0;
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", clean("ringdown." + verdict.plan()));
        xml.writeAttribute("tests", Integer.toString(verdict.criteria().size() + 1));
        xml.writeAttribute("failures", Integer.toString(refuted));
        xml.writeAttribute("errors", Integer.toString((passed ? 0 : open) + unclear));
        xml.writeAttribute("skipped", Integer.toString(passed ? open : 0));
        Finding whole = switch (verdict.conclusion()) {
            case PASS -> Finding.CONFIRMED;
            case FAIL -> Finding.REFUTED;
            case INCONCLUSIVE -> Finding.INCONCLUSIVE;
        };
        var itself = new Criterion("verdict", verdict.headline(), whole, String.join("\n", verdict.reasons()));
        testCase(xml, verdict, itself, passed);
        for (Criterion criterion : verdict.criteria()) {
            testCase(xml, verdict, criterion, passed);
        }
        xml.writeCharacters("\n");
        xml.writeEndElement();
    }

    private static int count(Verdict verdict, Finding finding) {
        return (int) verdict.criteria().stream()
                .filter(criterion -> criterion.finding() == finding)
                .count();
    }

    private static void testCase(XMLStreamWriter xml, Verdict verdict, Criterion criterion, boolean passed)
            throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", clean("ringdown." + verdict.plan()));
        xml.writeAttribute("name", clean(criterion.id() + ": " + criterion.title()));
        switch (criterion.finding()) {
            case REFUTED -> problem(xml, "failure", "refuted", criterion.text());
            case INCONCLUSIVE -> problem(xml, passed ? "skipped" : "error", "inconclusive", criterion.text());
            case CONFIRMED -> {
                xml.writeStartElement("system-out");
                xml.writeCharacters(clean(criterion.text()));
                xml.writeEndElement();
            }
        }
        xml.writeEndElement();
    }

    private static void problem(XMLStreamWriter xml, String element, String type, String text)
            throws XMLStreamException {
        xml.writeStartElement(element);
        int line = text.indexOf('\n');
        xml.writeAttribute("message", clean(line < 0 ? text : text.substring(0, line)));
        if (!element.equals("skipped")) {
            xml.writeAttribute("type", type);
            xml.writeCharacters(clean(text));
        }
        xml.writeEndElement();
    }

    /** Replaces what XML 1.0 cannot hold even escaped. */
    private static String clean(String text) {
        return text.codePoints()
                .map(c ->
                        c == '\t' || c == '\n' || c >= 0x20 && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000
                                ? c
                                : 0xFFFD)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
