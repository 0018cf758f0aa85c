package org.vemmio.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.outcome.DeviceAccess.read;
import static org.vemmio.emulator.outcome.DeviceAccess.write;
import static org.vemmio.emulator.testing.HandmadeTrap.CODE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// The ladder of `mov-only`, rung by rung, under the policy `own`: each check refuses what it should, and ends as the
/// handler says.
class MovOnlyHandlerTest {
    private static HandmadeTrap trap(String code) {
        return HandmadeTrap.of(code).with("rdi", DEVICE).with("rax", 0x1122_3344_5566_7788L);
    }

    private static TrapRun own(HandmadeTrap trap) {
        return trap.run("mov-only", "own");
    }

    private static Check refused(TrapRun run) {
        return ((Outcome.Failed) run.outcome()).failure().check();
    }

    @ParameterizedTest
    @CsvSource({
        "8a07, 0x11223344556677de", "668b07, 0x112233445566c0de", "8b07, 0xfee1c0de", "a10000000000c9ffff, 0xfee1c0de"})
    void loadsAreTheProcessorsAndBearItsName(String code, String rax) {
        TrapRun run = own(trap(code).answers(0xfee1_c0deL));
        assertThat(run).isEmulated().hasNoHazards().changedOnly("rax").hasRegister("rax", Long.decode(rax));
        assertThat(((Outcome.Emulated) run.outcome()).handler()).isEqualTo("mov-only");
    }

    @ParameterizedTest
    @CsvSource({"8807, 1, 0x88", "668907, 2, 0x7788", "8907, 4, 0x55667788", "c7070d000000, 4, 13"})
    void storesAreTheProcessors(String code, int size, String value) {
        TrapRun run = own(trap(code));
        assertThat(run).isEmulated().changedOnly();
        assertThat(run.accesses()).are(write(DEVICE_GPA, size, Long.decode(value)));
    }

    @ParameterizedTest
    @CsvSource({"0fb607, movzx", "f3ab, stosd", "0107, add", "8ec7, mov", "8e1f, mov", "89c7, mov"})
    void anythingElseIsAnUndefinedInstruction(String code, String mnemonic) {
        TrapRun run = own(trap(code));
        assertThat(run).hasCheck("not-a-mov").isInjected(Outcome.Exception.UD).changedNothing()
                .failure().isFrom("mov-only").hasDetail(mnemonic);
        assertThat(run.accesses()).areNone();
        assertThat(refused(run).returned().word()).isEqualTo("UNSUPPORTED");
    }

    @Test
    void itSaysWhatToWriteInstead() {
        Check check = refused(own(trap("f3ab")));
        assertThat(check.hint("rep stosd")).contains("Write a loop around one mov.");
        assertThat(check.hint("add m32, r32")).contains("Load with mov, work in a register, and store with mov.");
    }

    @ParameterizedTest
    @CsvSource({"488b07", "488907", "48c70701000000", "48a10000000000c9ffff"})
    void eightBytesAreForTheMonitorToDecide(String code) {
        TrapRun run = own(trap(code));
        assertThat(run).hasCheck("too-wide").isVmmError().changedNothing().failure().hasDetail("8 bytes");
        assertThat(run.accesses()).areNone();
        assertThat(refused(run).returned().word()).isEqualTo("UNSUPPORTED");
    }

    @ParameterizedTest
    @CsvSource({"8907", "8b07", "8a07"})
    void aRefusalOfTheDeviceHalts(String code) {
        TrapRun run = own(trap(code).refusesAfter(0));
        assertThat(run).hasCheck("device-refused").isHalted().changedNothing();
        assertThat(refused(run).text()).isEqualTo("the device model gave up");
        assertThat(refused(run).returned().word()).isEqualTo("IO_ERROR");
    }

    @Test
    void allOnesAreAMachineCheckAndStayInTheRegister() {
        TrapRun run = own(trap("8b0f").answers(0xffff_ffffL));
        assertThat(run).hasCheck("device-gone").isInjected(18).changedOnly("rcx").hasRegister("rcx", 0xffff_ffffL)
                .continuesAt(CODE).failure().accesses().are(read(DEVICE_GPA, 4, 0xffff_ffffL));
        assertThat(refused(run).exit().late()).isTrue();
        assertThat(refused(run).returned().word()).isEqualTo("NO_DEVICE");
    }

    @ParameterizedTest
    @CsvSource({"8b07, 0xfffffffe", "8a07, 0xff", "668b07, 0xffff"})
    void fewerOnesAreAnAnswer(String code, String answer) {
        assertThat(own(trap(code).answers(Long.decode(answer)))).isEmulated();
    }

    @ParameterizedTest
    @CsvSource({"06, undecodable", "c5f8, fetch-fault"})
    void whatIsNoInstructionIsLeftToTheCaller(String code, String label) {
        assertThat(own(trap(code).withNothingBehind())).hasCheck(label).isPropagated().changedNothing()
                .failure().isFrom("mov-only");
    }

    @Test
    void aPrivateAddressIsRefusedByDefault() {
        assertThat(own(trap("8b07").onPrivateMemory())).hasCheck("private-address").isPropagated();
    }
}
