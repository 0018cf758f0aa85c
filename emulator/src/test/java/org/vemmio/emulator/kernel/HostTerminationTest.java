package org.vemmio.emulator.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.kernel.Guest.PANIC;
import static org.vemmio.emulator.kernel.Guest.TERMINATE;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.SourceLocation;
import org.vemmio.emulator.policy.Failures;
import org.vemmio.emulator.policy.Knobs;

/// What becomes of a guest that asks its host to end it, as the handler of #VC does where it gives up.
class HostTerminationTest {
    private static Outcome.Failed fail(Guest guest, String label, Action action) {
        return fail(guest, label, action, Knobs.DEFAULT);
    }

    private static Outcome.Failed fail(Guest guest, String label, Action action, Knobs knobs) {
        return guest.fail(Failures.ofSev(label, guest.cpu.cpl()), action, knobs);
    }

    static Stream<Arguments> communicationFailures() {
        return Stream.of(
                Arguments.of("mmio-decode-failed",
                        "SEV: Failed to decode instruction (exit-code 0x400 IP: "),
                Arguments.of("device-refused",
                        "SEV: Failure in communication with VMM (exit-code 0x400 IP: "),
                Arguments.of("no-address", "SEV: Unsupported exit-code 0x400 in #VC exception (IP: "));
    }

    @ParameterizedTest
    @MethodSource("communicationFailures")
    void asksTheHostToEndTheGuest(String reason, String line) {
        Guest guest = Guest.create();
        assertThat(fail(guest, reason, TERMINATE)).isInstanceOf(Outcome.Terminated.class);
        assertThat(guest.kernel.isTerminated()).isTrue();
        assertThat(guest.kernel.panic()).isEmpty();
        assertThat(guest.kernel.log().getFirst().lines()).containsExactly(line + "0xffffffff81001abc)");
        assertThat(guest.kernel.log().get(1)).isInstanceOf(LogEntry.RegisterReport.class);
        assertThat(fail(guest, reason, PANIC)).isInstanceOf(Outcome.Terminated.class);
        assertThat(guest.kernel.log()).hasSize(2);
    }

    /// Linux arch/x86/coco/sev/core.c, `vc_slow_virt_to_phys`.
    @Test
    void warnsOfEncryptedMemoryBeforeItAsksTheHost() {
        Guest guest = Guest.create();
        assertThat(fail(guest, "not-translated", TERMINATE)).isInstanceOf(Outcome.Terminated.class);
        assertThat(guest.kernel.log()).extracting(LogEntry::getClass).<Object>containsExactly(
                LogEntry.Warning.class, LogEntry.Message.class, LogEntry.RegisterReport.class);
        assertThat(guest.kernel.log().getFirst().place())
                .isEqualTo(new SourceLocation("arch/x86/coco/sev/core.c", 553, "vc_slow_virt_to_phys"));
        assertThat(guest.kernel.log().get(1).lines())
                .containsExactly("SEV: Unsupported exit-code 0x400 in #VC exception (IP: 0xffffffff81001abc)");

        Guest paranoid = Guest.create();
        Knobs onWarn = Knobs.DEFAULT.withPanicOnWarn(true);
        Outcome.Failed outcome = fail(paranoid, "not-translated", TERMINATE, onWarn);
        assertThat(outcome).isInstanceOf(Outcome.Panic.class);
        assertThat(Guest.ending(outcome)).isEqualTo(new Ending.Panic("kernel: panic_on_warn set ..."));
        assertThat(paranoid.kernel.isTerminated()).isFalse();
    }

    /// Linux arch/x86/coco/sev/core.c, `vc_slow_virt_to_phys`: WARN_ON_ONCE. Where a process is killed the guest lives
    /// to come there again.
    @Test
    void warnsOfEncryptedMemoryOnce() {
        Guest guest = Guest.create();
        guest.cpu.setCpl(3);
        for (int i = 0; i < 3; i++) {
            assertThat(Guest.ending(fail(guest, "not-translated", TERMINATE)))
                    .isEqualTo(new Ending.Signal("SIGBUS"));
        }
        assertThat(guest.kernel.warnings()).isEqualTo(1);
        assertThat(guest.kernel.log()).extracting(LogEntry::getClass).<Object>containsExactly(
                LogEntry.Warning.class, LogEntry.Message.class, LogEntry.Message.class, LogEntry.Message.class);
    }

    @Test
    void panicsWhereTheHostDoesNotEndTheGuest() {
        Guest guest = Guest.of(builder -> builder.hostTerminates(false));
        Outcome.Failed outcome = fail(guest, "mmio-decode-failed", TERMINATE);
        assertThat(outcome).isInstanceOf(Outcome.Panic.class);
        assertThat(Guest.ending(outcome)).isEqualTo(new Ending.Panic("Returned from Terminate-Request to Hypervisor"));
        assertThat(guest.kernel.isTerminated()).isFalse();
    }

    @Test
    void killsAUserProcessInsteadOfTheGuest() {
        Guest guest = Guest.create();
        guest.cpu.setCpl(3);
        for (int i = 0; i < 12; i++) {
            assertThat(Guest.ending(fail(guest, "user-mode", TERMINATE)))
                    .isEqualTo(new Ending.Signal("SIGBUS"));
        }
        assertThat(guest.kernel.log()).hasSize(10);
        fail(guest, "device-refused", TERMINATE);
        assertThat(guest.kernel.log()).as("another statement has a limit of its own").hasSize(11);
    }
}
