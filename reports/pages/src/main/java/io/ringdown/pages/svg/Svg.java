package io.ringdown.pages.svg;

import java.util.Locale;

/** Builds one inline SVG drawing, with a title and a description for those who cannot see it. Everything given is escaped. */
public final class Svg {
    private final StringBuilder out = new StringBuilder(8_192);

    /**
     * Starts a drawing.
     *
     * @param id unique in the page
     * @param width of the coordinate system; the drawing itself scales to its container
     * @param height of the coordinate system
     * @param title its name
     * @param description what it shows, in a sentence
     */
    public Svg(String id, double width, double height, String title, String description) {
        out.append("<svg viewBox=\"0 0 ")
                .append(number(width))
                .append(' ')
                .append(number(height))
                .append("\" role=\"img\" aria-labelledby=\"")
                .append(id)
                .append("t ")
                .append(id)
                .append("d\"><title id=\"")
                .append(id)
                .append("t\">")
                .append(escape(title))
                .append("</title><desc id=\"")
                .append(id)
                .append("d\">")
                .append(escape(description))
                .append("</desc>");
    }

    /** Adds an empty element; attributes come as names and values in turn. */
    public Svg element(String name, Object... attributes) {
        tag(name, attributes);
        out.append("/>");
        return this;
    }

    /** Adds an element that a pointer can ask for its meaning. */
    public Svg explained(String explanation, String name, Object... attributes) {
        tag(name, attributes);
        out.append("><title>")
                .append(escape(explanation))
                .append("</title></")
                .append(name)
                .append('>');
        return this;
    }

    /** Adds a text. */
    public Svg text(double x, double y, String cssClass, String text) {
        tag("text", "x", x, "y", y, "class", cssClass);
        out.append('>').append(escape(text)).append("</text>");
        return this;
    }

    /** Adds a straight line. */
    public Svg line(double x1, double y1, double x2, double y2, String cssClass) {
        return element("path", "d", "M" + point(x1, y1) + "L" + point(x2, y2), "class", cssClass);
    }

    /** Adds a rectangle; a negative size draws nothing. */
    public Svg rectangle(double x, double y, double width, double height, String cssClass) {
        return width <= 0 || height <= 0
                ? this
                : element("rect", "x", x, "y", y, "width", width, "height", height, "class", cssClass);
    }

    /** The drawing as markup. */
    @Override
    public String toString() {
        return out + "</svg>";
    }

    /** A point of a path. */
    public static String point(double x, double y) {
        return number(x) + ' ' + number(y);
    }

    /** A coordinate: one decimal at most. */
    static String number(double value) {
        long tenths = Math.round(value * 10);
        if (tenths % 10 == 0) {
            return Long.toString(tenths / 10);
        }
        return String.format(Locale.ROOT, "%.1f", tenths / 10.0);
    }

    private void tag(String name, Object... attributes) {
        out.append('<').append(name);
        for (int i = 0; i < attributes.length; i += 2) {
            Object value = attributes[i + 1];
            out.append(' ').append(attributes[i]).append("=\"");
            out.append(value instanceof Number number ? number(number.doubleValue()) : escape(value.toString()));
            out.append('"');
        }
    }

    static String escape(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c < ' ' && c != '\n' && c != '\t' ? '\uFFFD' : c);
            }
        }
        return escaped.toString();
    }
}
