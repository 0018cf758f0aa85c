package org.vemmio.emulator.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;

class RegisterChangesTest {
    private final CpuState before = new CpuState();
    private final CpuState after = new CpuState();

    private RegisterChanges changes() {
        return RegisterChanges.between(before, after);
    }

    @Test
    void nothingChanged() {
        assertThat(changes().changes()).isEmpty();
        assertThat(changes()).areNone().areOnly();
    }

    @Test
    void everyKindOfRegisterIsSeen() {
        after.setRip(3);
        after.setRflags(0x46);
        before.setGpr(Gpr.R15, -1);
        after.setMask(7, 5);
        after.setMmx(0, 0x10);
        after.setVector(31, 0, 0x0102);
        assertThat(changes().changes()).extracting(RegisterChanges.Change::toString).containsExactly("rip 0x0 -> 0x3",
                "rflags 0x2 -> 0x46", "r15 0xffffffffffffffff -> 0x0",
                "xmm31 00000000000000000000000000000000 -> 02010000000000000000000000000000",
                "k7 0x0 -> 0x5", "mm0 0x0 -> 0x10");
        assertThat(changes()).areOnly("rflags", "r15", "k7", "mm0", "xmm31").leave("rflags", 0x46).leave("rip", 3);
    }

    @ParameterizedTest
    @CsvSource({"0, xmm3", "1, xmm3", "2, ymm3", "3, ymm3", "4, zmm3", "7, zmm3"})
    void aVectorRegisterIsNamedByTheNarrowestPartThatHasTheChange(int lane, String name) {
        after.setVector(3, lane, 1);
        assertThat(changes().changes()).extracting(RegisterChanges.Change::register).containsExactly(name);
    }

    @Test
    void aWiderNameCoversANarrowerOneAndNotTheOtherWayRound() {
        after.setVector(3, 1, 1);
        after.setVector(3, 2, 1);
        assertThat(changes()).areOnly("ymm3").areOnly("zmm3");
        assertThatThrownBy(() -> assertThat(changes()).areOnly("xmm3")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> assertThat(changes()).areOnly("ymm4")).isInstanceOf(AssertionError.class);
        assertThat(changes().after("xmm3")).hasSize(32).endsWith("0100000000000000");
        assertThat(changes().before("ymm3")).isEqualTo("0".repeat(64));
    }

    @Test
    void aNamedRegisterMustHaveChanged() {
        after.setGpr(Gpr.RAX, 1);
        assertThat(changes()).areOnly("rax");
        assertThatThrownBy(() -> assertThat(changes()).areOnly("rax", "rcx")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> assertThat(changes()).areOnly()).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> assertThat(changes()).areNone()).isInstanceOf(AssertionError.class);
    }

    @Test
    void ripAloneIsNoChangeOfARegisterButNotNothing() {
        after.setRip(2);
        assertThat(changes()).areOnly();
        assertThatThrownBy(() -> assertThat(changes()).areNone()).isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest
    @CsvSource({"eax", "xmm32", "xmm", "k8", "''", "cr0"})
    void aRegisterThatIsNoneIsAMistake(String name) {
        assertThatThrownBy(() -> assertThat(changes()).areOnly(name)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("; there are rip, rflags, rax, ");
    }

    @Test
    void laterChangesOfTheProcessorAreNotSeen() {
        RegisterChanges changes = changes();
        after.setGpr(Gpr.RAX, 1);
        assertThat(changes).areNone();
    }
}
