package org.vemmio.emulator.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuzzBudgetTest {
    @Test
    void givesTheFailingCaseBackByTheSeedItTells() {
        List<Long> drawn = new ArrayList<>();
        FuzzBudget budget = FuzzBudget.of("FuzzBudgetTest", 3);
        assertThatThrownBy(() -> budget.run(random -> {
            drawn.add(random.nextLong());
            if (drawn.size() == 3) {
                throw new IllegalStateException("the third");
            }
        })).isInstanceOf(AssertionError.class).hasMessageContaining("-Dfuzz.seed=" + (budget.seed() + 2))
                .hasMessageContaining("the third");

        String before = System.setProperty("fuzz.seed", Long.toString(budget.seed() + 2));
        try {
            FuzzBudget again = FuzzBudget.of("FuzzBudgetTest", 1);
            assertThatThrownBy(() -> again.run(random -> {
                assertThat(random.nextLong()).isEqualTo(drawn.get(2));
                throw new IllegalStateException("the first");
            })).hasMessageContaining("the first");
        } finally {
            if (before == null) {
                System.clearProperty("fuzz.seed");
            } else {
                System.setProperty("fuzz.seed", before);
            }
        }
    }
}
