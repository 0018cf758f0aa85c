package org.vemmio.emulator.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.kernel.Guest.GENERAL_PROTECTION;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.policy.Failures;

class FixupsTest {
    private static final long RIP = Failures.RIP;
    private static final long FIXUP = RIP + 0x123456;
    private static final int CLEAR_RAX = 0x1000;
    private static final int CLEAR_RDX = 0x2000;
    private static final Action RECOVER = new Action.Recover(new Recovery.Fixup());

    private static Guest guest(ExceptionEntry... entries) {
        return Guest.of(builder -> builder.exceptionTable(ExceptionTable.of(List.of(entries))));
    }

    private static Arguments effect(FixupType type, int data, Consumer<CpuState> expected) {
        return Arguments.of(new ExceptionEntry(RIP, FIXUP, type, data | type.number()), expected);
    }

    /// The processor has RAX 0, RCX 0x1111…, RDX 0x2222… before.
    static Stream<Arguments> effects() {
        return Stream.of(
                effect(FixupType.DEFAULT, 0, cpu -> { }),
                effect(FixupType.DEFAULT, CLEAR_RDX, cpu -> cpu.setGpr(Gpr.RDX, 0)),
                effect(FixupType.UACCESS, 0, cpu -> { }),
                effect(FixupType.UACCESS, CLEAR_RAX | CLEAR_RDX, cpu -> cpu.setGpr(Gpr.RDX, 0)),
                effect(FixupType.FAULT, 0, cpu -> cpu.setGpr(Gpr.RAX, 20)),
                effect(FixupType.FAULT, CLEAR_RAX, cpu -> cpu.setGpr(Gpr.RAX, 0)),
                effect(FixupType.COPY, 0, cpu -> cpu.setGpr(Gpr.RAX, 20)),
                effect(FixupType.IMM_REG, 0xfff2_0300, cpu -> cpu.setGpr(Gpr.RBX, -14)),
                effect(FixupType.IMM_REG, 0x0001_0f00, cpu -> cpu.setGpr(Gpr.R15, 1)),
                effect(FixupType.IMM_REG, 0xfff2_0000 | CLEAR_RAX, cpu -> cpu.setGpr(Gpr.RAX, 0)),
                effect(FixupType.UCOPY_LEN, 0x0008_0200,
                        cpu -> cpu.setGpr(Gpr.RCX, 8 * 0x1111_1111_1111_1111L + 0x2222_2222_2222_2222L)),
                effect(FixupType.UCOPY_LEN, 0xffff_0100, cpu -> cpu.setGpr(Gpr.RCX, 0)));
    }

    @ParameterizedTest
    @MethodSource("effects")
    void changesTheRegistersAsItsTypeSays(ExceptionEntry entry, Consumer<CpuState> expected) {
        for (Action action : List.of(RECOVER, GENERAL_PROTECTION)) {
            Guest guest = guest(entry);
            CpuState after = CpuState.copyOf(guest.cpu);
            after.setRip(FIXUP);
            expected.accept(after);
            Outcome.Failed outcome = guest.fail("string-move", action);
            assertThat(guest.cpu).isEqualTo(after);
            assertThat(fixup(outcome)).isEqualTo(new Ending.Fixup(entry.type().label(), FIXUP));
        }
    }

    private static Ending fixup(Outcome.Failed outcome) {
        return outcome instanceof Outcome.Recovered recovered ? recovered.fixup() : Guest.ending(outcome);
    }

    @Test
    void propagatesARecoveryThatFindsNoEntry() {
        Guest guest = guest(ExceptionEntry.of(RIP + 1, FIXUP, FixupType.DEFAULT));
        CpuState before = CpuState.copyOf(guest.cpu);
        assertThat(guest.fail("string-move", RECOVER)).isInstanceOf(Outcome.Propagated.class);
        assertThat(guest.cpu).isEqualTo(before);
        assertThat(guest.kernel.log()).isEmpty();
    }

    @Test
    void hasNoFixupsForUserMode() {
        Guest guest = guest(ExceptionEntry.of(RIP, FIXUP, FixupType.DEFAULT));
        guest.cpu.setCpl(3);
        assertThat(guest.fail("string-move", RECOVER)).isInstanceOf(Outcome.Propagated.class);
    }

    @Test
    void takesOnlyZeropadEntriesWhereThePolicySaysZeropad() {
        Guest guest = guest(ExceptionEntry.of(RIP, FIXUP, FixupType.DEFAULT));
        assertThat(guest.fail("string-move", new Action.Recover(new Recovery.Zeropad())))
                .isInstanceOf(Outcome.Propagated.class);
    }

    @ParameterizedTest
    @EnumSource(FixupType.class)
    void propagatesWhereItHasNoModelOfTheType(FixupType type) {
        for (Action action : List.of(RECOVER, GENERAL_PROTECTION)) {
            Guest guest = guest(ExceptionEntry.of(RIP, FIXUP, type));
            CpuState before = CpuState.copyOf(guest.cpu);
            Outcome.Failed outcome = guest.fail("string-move", action);
            if (!type.isModelled()) {
                assertThat(outcome).isInstanceOf(Outcome.Propagated.class);
                assertThat(guest.cpu).isEqualTo(before);
                assertThat(guest.kernel.logText())
                        .isEqualTo("the exception table's entry for 0xffffffff81001abc has type "
                        + type.label() + ", which is not modelled\n");
            } else {
                assertThat(guest.kernel.logText()).doesNotContain("not modelled");
            }
        }
        assertThat(List.of(FixupType.DEFAULT, FixupType.FAULT, FixupType.UACCESS, FixupType.COPY, FixupType.UCOPY_LEN,
                FixupType.ZEROPAD, FixupType.IMM_REG).contains(type)).isEqualTo(type.isModelled());
    }
}
