package io.ringdown.pages;

import java.util.function.Function;

/** The widths that a chart is drawn for; the page shows the one that fits, so that its words stay readable on a phone. */
enum Layout {
    WIDE(1_080),
    NARROW(400);

    final double width;

    Layout(double width) {
        this.width = width;
    }

    boolean narrow() {
        return this == NARROW;
    }

    /** An id for a drawing in this layout, unique if the name is. */
    String id(String name) {
        return name + (narrow() ? "n" : "w");
    }

    /** Draws in every layout. */
    static String both(Function<Layout, String> drawing) {
        return "<div class=\"wide\">" + drawing.apply(WIDE) + "</div><div class=\"narrow\">" + drawing.apply(NARROW)
                + "</div>";
    }
}
