package org.vemmio.emulator.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.elf.ElfImage;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.replay.Replay;
import org.vemmio.emulator.recording.replay.Verdict;

/// Lines of mmiotrace, with the bytes out of an image.
class MmiotraceTest {
    private static final long TEXT = 0xffffffff81000000L;
    /// A load at 0, a store at 3, and an instruction that reaches the end of the section at 6.
    private static final byte[] CODE = HexFormat.of().parseHex("8b4710" + "894718" + "c707");
    private static final int HEADER = 64;

    /// An image whose one section with bytes is code.
    static ElfImage image() {
        ByteBuffer image = ByteBuffer.allocate(4 * HEADER + CODE.length).order(ByteOrder.LITTLE_ENDIAN);
        image.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        image.putShort(16, (short) 2).putShort(18, (short) 62).putInt(20, 1).putLong(40, HEADER);
        image.putShort(52, (short) HEADER).putShort(58, (short) HEADER).putShort(60, (short) 3);
        // .bss, at the same address, has no bytes.
        section(image, 2 * HEADER, 8, new long[] {3, TEXT, 4 * HEADER, CODE.length});
        section(image, 3 * HEADER, 1, new long[] {6, TEXT, 4 * HEADER, CODE.length});
        image.put(4 * HEADER, CODE);
        return ElfImage.of("vmlinux", image.position(0));
    }

    private static void section(ByteBuffer image, int header, int type, long[] fields) {
        image.putInt(header + 4, type);
        for (int i = 0; i < fields.length; i++) {
            image.putLong(header + 8 + 8 * i, fields[i]);
        }
    }

    private static Imported imported(Optional<ElfImage> image, String... lines) {
        List<RecordedTrap> traps = new ArrayList<>();
        ImportSummary summary = new ImportSummary();
        try (SourceLines source = SourceLines.open("text",
                new ByteArrayInputStream(String.join("\n", lines).getBytes(StandardCharsets.US_ASCII)))) {
            TrapImporters.named("mmiotrace").read(new ImportSource(source, image), summary, traps::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Imported(traps, summary);
    }

    @Test
    void theImageHasTheBytesAndTheMappingTheLinearAddress() {
        Imported imported = imported(Optional.of(image()), "VERSION 20070824",
                "MAP 12.345670 1 0xfebd0000 0xffffc90000005000 0x1000 0xffffffff81000100 0",
                "R 4 12.345678 1 0xfebd0010 0x1 0xffffffff81000000 0",
                "MARK 12.345679 between",
                "W 4 12.345680 1 0xfebd0018 0xdeadbeef 0xffffffff81000003 0");
        assertThat(imported.traps()).hasSize(2);
        RecordedTrap load = imported.traps().getFirst();
        assertThat(load.code()).startsWith(CODE);
        assertThat(load.gla()).isEqualTo(0xffffc90000005010L);
        assertThat(load.accesses()).containsExactly(DeviceAccess.read(0xfebd0010L, 4, 1));
        RecordedTrap store = imported.traps().getLast();
        assertThat(store.cpu().gpr(Gpr.RDI)).isEqualTo(0xffffc90000005000L);
        assertThat(store.cpu().gpr(Gpr.RAX)).isEqualTo(0xdeadbeefL);
        assertThat(store.assumed()).doesNotContain("gla", "regs.rdi", "regs.rax");
        try (Replay replay = Replay.builder().build()) {
            assertThat(imported.traps()).allMatch(trap -> replay.replay(trap).verdict() == Verdict.AGREED);
        }
        assertThat(imported.summary().accessesLeft()).isEmpty();
    }

    @Test
    void whatBecomesNoTrapIsCounted() {
        Imported imported = imported(Optional.of(image()),
                "R 4 12.345678 1 0xfebd0010 0x1 0xffffffffc0000000 0",
                "W 4 12.345678 1 0xfebd0010 0x1 0xffffffff81000000 0",
                "W 4 12.345678 1 0xfebd0010 0x1 0xffffffff81000006 0",
                "UNKNOWN 12.345678 1 0xfebd0010 0x8b4710 0xffffffff81000000 0",
                "W 4 12.345678 1 0xfeb",
                "R 4 12.345678 1 febd0010 0x1 0xffffffff81000000 0");
        assertThat(imported.traps()).isEmpty();
        assertThat(imported.summary().accessesLeft()).isEqualTo(Map.of(ImportReason.NOT_IN_IMAGE, 1L,
                ImportReason.DIRECTION, 1L, ImportReason.NOT_AN_INSTRUCTION, 1L, ImportReason.UNANSWERED, 1L,
                ImportReason.UNREADABLE, 2L));
    }

    @Test
    void withoutAnImageThereAreNoBytes() {
        assertThatExceptionOfType(ImportException.class)
                .isThrownBy(() -> imported(Optional.empty(), "R 4 1.0 1 0xfebd0010 0x1 0xffffffff81000000 0"))
                .withMessage("text: mmiotrace has no instruction bytes; they come from the kernel's image, as --image"
                        + " vmlinux");
    }
}
