package io.ringdown.cluster.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FieldsTest {
    private static final byte[] ONE = {1, 1, 1};
    private static final byte[] TWO = {2};
    private static final byte[] NONE = {};

    @Test
    void aStateIsItsFields() {
        assertThat(Fields.of(Fields.joined(List.of(ONE, NONE, TWO)))).containsExactly(ONE, NONE, TWO);
        assertThat(Fields.of(NONE)).isEmpty();
    }

    @Test
    void changesAreNoMoreThanTheFieldsThatDiffer() {
        byte[] before = Fields.joined(List.of(new byte[1_000], ONE, TWO));
        byte[] after = Fields.joined(List.of(new byte[1_000], TWO, TWO));
        byte[] changes = Fields.changes(before, after).orElseThrow();
        assertThat(changes).hasSize(2 + 4 + 1);
        assertThat(Fields.changed(before, changes)).isEqualTo(after);
        assertThat(Fields.changes(before, before).orElseThrow()).isEmpty();
    }

    @Test
    void aFieldMoreIsNoChangeOfFields() {
        assertThat(Fields.changes(Fields.joined(List.of(ONE)), Fields.joined(List.of(ONE, TWO))))
                .isEmpty();
    }

    @Test
    void aStateThatIsCutShortIsRefused() {
        byte[] state = Fields.joined(List.of(ONE, TWO));
        for (int length = 1; length < state.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(state, length);
            if (length == Integer.BYTES + ONE.length) {
                continue;
            }
            assertThatThrownBy(() -> Fields.of(cut)).isInstanceOf(IllegalStateException.class);
        }
    }
}
