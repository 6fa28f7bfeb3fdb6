package io.ringdown.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.RecordedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class JUnitReportTest {
    @TempDir
    Path temp;

    @Test
    void aRefutedCriterionIsAFailureAndAnUndecidedOneAnError() throws Exception {
        RecordedRun run = SyntheticRun.complete(temp.resolve("run"), 3, true);
        Verdict verdict = SyntheticVerdict.fail(run);
        Document xml = written(verdict);
        Element suite = xml.getDocumentElement();
        assertThat(suite.getAttribute("tests"))
                .isEqualTo(Integer.toString(verdict.criteria().size() + 1));
        assertCounts(xml, 4, 1, 0);
        Element first = (Element) xml.getElementsByTagName("testcase").item(0);
        assertThat(first.getAttribute("name")).isEqualTo("verdict: AL2 over P1-P6");
        Element failure = (Element) first.getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("message")).isEqualTo("118 calls were LOST; AL4 is required.");
        assertThat(failure.getTextContent()).contains("the witnesses stand");
    }

    @Test
    void whatNobodyDemandedIsSkippedInARunThatPassed() throws Exception {
        assertCounts(written(SyntheticVerdict.pass(SyntheticRun.complete(temp.resolve("run"), 3, false))), 0, 0, 1);
    }

    @Test
    void anInconclusiveRunIsNeverGreen() throws Exception {
        assertCounts(written(SyntheticVerdict.unknown(SyntheticRun.killed(temp.resolve("run")))), 0, 2, 0);
    }

    @Test
    void whatXmlCannotHoldIsReplaced() throws Exception {
        String hostile = "]]><x a=\"1\">&\u0000\u001b\uFFFE\uD800 \uD83D\uDE00";
        Document xml = written(SyntheticVerdict.witnessed(SyntheticRun.single(temp.resolve("run"), "id"), hostile));
        assertThat(xml.getElementsByTagName("failure").item(1).getTextContent())
                .startsWith("]]><x a=\"1\">&")
                .endsWith("\uD83D\uDE00");
    }

    /** The counts are both stated and true. */
    private static void assertCounts(Document xml, int failures, int errors, int skipped) {
        Element suite = xml.getDocumentElement();
        String[] attributes = {"failures", "errors", "skipped"};
        String[] elements = {"failure", "error", "skipped"};
        int[] expected = {failures, errors, skipped};
        for (int i = 0; i < expected.length; i++) {
            assertThat(suite.getAttribute(attributes[i])).as(attributes[i]).isEqualTo(Integer.toString(expected[i]));
            assertThat(xml.getElementsByTagName(elements[i]).getLength())
                    .as(elements[i])
                    .isEqualTo(expected[i]);
        }
    }

    private Document written(Verdict verdict) throws Exception {
        Path file = temp.resolve("junit.xml");
        JUnitReport.write(verdict, file);
        try (var in = Files.newInputStream(file)) {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
        }
    }
}
