package org.vemmio.emulator.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.kernel.Guest.BUG;
import static org.vemmio.emulator.kernel.Guest.GENERAL_PROTECTION;
import static org.vemmio.emulator.kernel.Guest.PANIC;
import static org.vemmio.emulator.kernel.Guest.TERMINATE;
import static org.vemmio.emulator.kernel.Guest.WARN_ONCE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.policy.Failures;
import org.vemmio.emulator.policy.Knobs;

/// The log as a person sees it, against files that were compared with Linux's printing functions line by line.
class SplatTest {
    private static final Knobs DEFAULT = Knobs.DEFAULT;

    private final Guest guest = Guest.of(builder -> builder.context(Context.task(153, "modprobe")));

    @Test
    void twoUndecodableInstructions() throws IOException {
        guest.fail(Failures.of("mmio-decode-failed", "f3 66 ab"), WARN_ONCE, DEFAULT);
        guest.cpu.setRip(Failures.RIP + 3);
        guest.fail(Failures.of("mmio-decode-failed", "0f c3 07"), WARN_ONCE, DEFAULT);
        assertLog("undecodable-twice.log");
    }

    @Test
    void userAddressWithPanicOnWarn() throws IOException {
        guest.fail("user-address", WARN_ONCE, DEFAULT.withPanicOnWarn(true));
        assertLog("panic-on-warn.log");
    }

    @Test
    void bugThenAnotherOops() throws IOException {
        guest.fail("string-move", BUG);
        guest.fail("string-move", GENERAL_PROTECTION);
        assertLog("bug.log");
    }

    @Test
    void privateAddress() throws IOException {
        guest.fail("private-address", PANIC);
        assertLog("private-address.log");
    }

    @Test
    void oopsInAnInterrupt() throws IOException {
        Context onIdle = new Context(Context.Kind.INTERRUPT, 2, 0, "swapper/2");
        Guest interrupted = Guest.of(builder -> builder.context(onIdle));
        interrupted.fail("page-split", GENERAL_PROTECTION);
        assertThat(interrupted.kernel.logText()).isEqualTo(read("interrupt.log"));
    }

    @Test
    void terminationWithoutAHostThatObeys() throws IOException {
        Guest guest = Guest.of(builder -> builder.hostTerminates(false).context(Context.init()));
        guest.fail(Failures.ofSev("mmio-decode-failed", 0), TERMINATE, DEFAULT);
        assertThat(guest.kernel.logText()).isEqualTo(read("terminate.log"));
    }

    @Test
    void codeThatCannotBeReadWhole() {
        assertThat(codeLine(Failures.RIP, "90 90 8b 07 c3")).as("from the first byte on")
                .isEqualTo("Code: <90> 90 8b 07 c3");
        assertThat(codeLine(Failures.RIP - 2, "90 90 8b 07 c3")).isEqualTo("Code: 90 90 <8b> 07 c3");
        assertThat(codeLine(Failures.RIP + 1, "90 90 8b 07 c3"))
                .isEqualTo("Code: Unable to access opcode bytes at 0xffffffff81001a92.");
    }

    private static String codeLine(long at, String code) {
        MemoryMap memory = MemoryMap.builder()
                .code(at, HexFormat.ofDelimiter(" ").parseHex(code)).build();
        CpuState cpu = new CpuState();
        cpu.setRip(Failures.RIP);
        return Registers.of(cpu, memory).saved().get(1);
    }

    private void assertLog(String file) throws IOException {
        assertThat(guest.kernel.logText()).isEqualTo(read(file));
    }

    private static String read(String file) throws IOException {
        try (InputStream in = Objects.requireNonNull(SplatTest.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
