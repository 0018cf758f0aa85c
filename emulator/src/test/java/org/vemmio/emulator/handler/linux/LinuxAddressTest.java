package org.vemmio.emulator.handler.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.outcome.DeviceAccess.read;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.operation.FetchedCode;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.outcome.Hazard;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// The addresses that the Linux handlers compute and check, and the REX2 prefix, which takes part in them.
class LinuxAddressTest {
    private static final long END_OF_DEVICE = DEVICE + 0x1000;
    private static final long RAM = 0x5000;

    /// `vc_read_mem` of Linux arch/x86/coco/sev/core.c: one `__get_user` of the whole element faults, whichever of its
    /// bytes is not mapped, and `fi.cr2` is the address of the first.
    @ParameterizedTest
    @CsvSource({"66 a5, 1", "a5, 3", "a5, 1", "48 a5, 7", "48 a5, 1"})
    void movsReadsNothingUnlessItsLastByteIsMapped(String code, int mapped) {
        for (long end : new long[] {END_OF_DEVICE, RAM + 8}) {
            TrapRun run = HandmadeTrap.of(code).with("rsi", end - mapped).with("rdi", DEVICE)
                    .memory(RAM, "11 22 33 44 55 66 77 88").answers(0).run("linux-sev", "propagate");
            assertThat(run).as("%d bytes below 0x%x", mapped, end).isException(Outcome.Exception.PF)
                    .hasErrorCode(LinearMemory.PF_PRESENT).hasFaultAddress(end - mapped).changedNothing();
            assertThat(run.accesses()).areNone();
        }
    }

    /// `vc_write_mem`, which is asked once the element has been read.
    @ParameterizedTest
    @CsvSource({"66 a5, 2, 1", "a5, 4, 3", "48 a5, 8, 1"})
    void movsWritesNothingUnlessItsLastByteIsMapped(String code, int size, int mapped) {
        for (long end : new long[] {END_OF_DEVICE, RAM + 8}) {
            TrapRun run = HandmadeTrap.of(code).with("rsi", DEVICE).with("rdi", end - mapped)
                    .memory(RAM, "11 22 33 44 55 66 77 88").answers(0).run("linux-sev", "propagate");
            assertThat(run).isException(Outcome.Exception.PF)
                    .hasErrorCode(LinearMemory.PF_PRESENT | LinearMemory.PF_WRITE).hasFaultAddress(end - mapped)
                    .changedNothing();
            assertThat(run.accesses()).are(read(DEVICE_GPA, size, 0));
            assertThat(run.memory().contents(RAM, 8))
                    .containsExactly(0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88);
        }
    }

    /// `vc_do_mmio` translates the address of the first byte alone, and has the host access all of them.
    @ParameterizedTest
    @CsvSource({"8b 07, 4", "48 89 07, 8", "0f b7 07, 2"})
    void ofOtherInstructionsTheFirstByteAloneHasToBeMapped(String code, int size) {
        TrapRun run = HandmadeTrap.of(code).with("rdi", END_OF_DEVICE - 1).answers(0).run("linux-sev", "propagate");
        assertThat(run).isEmulated();
        assertThat(run.accesses()).haveSizes(size).areWithin(DEVICE_GPA + 0xfff, size);
    }

    /// `vc_do_mmio`: ES_UNSUPPORTED for what `vc_slow_virt_to_phys` finds encrypted, before the host is asked.
    @ParameterizedTest
    @ValueSource(strings = {"8b 07", "89 07", "c6 07 01", "0f b6 07", "48 0f be 07"})
    void aPrivateDeviceIsNotAccessed(String code) {
        TrapRun run = HandmadeTrap.of(code).with("rdi", DEVICE).onPrivateMemory().answers(0)
                .run("linux-sev", "propagate");
        assertThat(run).isPropagated().hasCheck("not-translated").changedNothing();
        assertThat(run.accesses()).areNone();
    }

    /// `get_seg_base_limit` of Linux arch/x86/lib/insn-eval.c: MSR_FS_BASE, MSR_GS_BASE, and 0 for the others.
    @ParameterizedTest
    @CsvSource({"64 8b 07, 0x10", "65 8b 07, 0x20", "8b 07, 0", "3e 8b 07, 0", "2e 8b 07, 0", "36 8b 07, 0"})
    void eachSegmentOverrideHasItsOwnBase(String code, int base) {
        TrapRun run = HandmadeTrap.of(code).with("rdi", DEVICE + 0x200).with("fs", 0x10).with("gs", 0x20)
                .with("ds", 0x40).with("ss", 0x80).answers(0x1234).run("linux-sev", "propagate");
        assertThat(run).isEmulated().changedOnly("rax").hasRegister("rax", 0x1234);
        assertThat(run.accesses()).are(read(DEVICE_GPA + 0x200 + base, 4, 0x1234));
    }

    /// `handle_mmio` of Linux arch/x86/coco/tdx/tdx.c has no other use for the decoded address than to compare pages.
    @ParameterizedTest
    @CsvSource({"64 8b 07, 0xfec", "65 8b 07, 0xfdc", "8b 07, 0xffc"})
    void theBaseDecidesWhatCrossesAPage(String code, String lastOffset) {
        long last = Long.decode(lastOffset);
        HandmadeTrap trap = HandmadeTrap.of(code).with("fs", 0x10).with("gs", 0x20).answers(0);
        assertThat(trap.with("rdi", DEVICE + last).run("linux-tdx", "propagate")).isEmulated();
        assertThat(trap.with("rdi", DEVICE + last + 1).run("linux-tdx", "propagate"))
                .hasCheck("page-split").changedNothing();
    }

    /// `get_reg_offset` takes R and B from the first byte of the prefix, D5, where both happen to be set; W counts
    /// from the second (Linux arch/x86/lib/insn.c since 6.10, `insn_get_prefixes`).
    @ParameterizedTest
    @ValueSource(strings = {"linux-sev", "linux-tdx"})
    void aRex2PrefixIsDecoded(String handler) {
        for (String code : List.of("d5 00 8b 07", "d5 08 8b 07")) {
            int size = code.startsWith("d5 08") ? 8 : 4;
            long answer = size == 8 ? 0x1122_3344_5566_7788L : 0x5566_7788L;
            TrapRun run = HandmadeTrap.of(code).with("r15", DEVICE).with("rdi", DEVICE + 0x80).answers(answer)
                    .run(handler, "propagate");
            assertThat(run).isEmulated().continuesAt(HandmadeTrap.CODE + 4).changedOnly("r8").hasRegister("r8", answer)
                    .hasHazard(new Hazard(Hazard.Kind.ILLEGAL_ENCODING, "no such instruction"));
            assertThat(run.accesses()).are(read(DEVICE_GPA, size, answer));
        }
    }

    /// What a processor with APX makes of the bytes is a MOV too, of other registers (Intel APX specification, REX2).
    @ParameterizedTest
    @ValueSource(strings = {"linux-sev", "linux-tdx"})
    void aRex2PrefixIsAHazardOnAProcessorThatHasIt(String handler) {
        byte[] code = HexFormat.of().parseHex("d5008b07" + "cc".repeat(11));
        try (Decoder decoder = Decoder.open()) {
            Decoding move = decoder.decode(CodeMode.CODE64, HexFormat.of().parseHex("488b07"));
            assertThat(TrapHandlers.named(handler).admit(new FetchedCode(code, move)))
                    .isInstanceOfSatisfying(MmioOperation.class, operation -> assertThat(operation.hazards())
                            .extracting(Hazard::kind).contains(Hazard.Kind.OTHER_INSTRUCTION));
        }
    }
}
