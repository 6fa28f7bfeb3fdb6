package io.ringdown.judge.verdict;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** A verdict as JSON: keys sorted, line feeds, six decimals, the same bytes on every machine. Its schema is {@code verdict.schema.json}. */
public final class VerdictJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new SimpleModule()
                    .addSerializer(double.class, new SixDecimals())
                    .addSerializer(Double.class, new SixDecimals()))
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private VerdictJson() {}

    /** Writes a verdict. */
    public static String write(Verdict verdict) {
        var indent = new DefaultIndenter("  ", "\n");
        var printer = new DefaultPrettyPrinter().withObjectIndenter(indent).withArrayIndenter(indent);
        try {
            return MAPPER.writer(printer).writeValueAsString(verdict) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a verdict cannot be written", e);
        }
    }

    /**
     * Reads a verdict.
     *
     * @throws IOException with one line that says what is wrong, if the text is no verdict of this format
     */
    public static Verdict read(String json) throws IOException {
        try {
            return MAPPER.readValue(json, Verdict.class);
        } catch (JsonProcessingException e) {
            throw new IOException("not a verdict of format " + Verdict.FORMAT + ": " + e.getOriginalMessage(), e);
        }
    }

    /** Java versions differ in how they print some doubles. */
    private static final class SixDecimals extends StdSerializer<Double> {
        private static final long serialVersionUID = 1;

        SixDecimals() {
            super(Double.class);
        }

        @Override
        public void serialize(Double value, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeNumber(new BigDecimal(value)
                    .setScale(6, RoundingMode.HALF_EVEN)
                    .stripTrailingZeros()
                    .toPlainString());
        }
    }
}
