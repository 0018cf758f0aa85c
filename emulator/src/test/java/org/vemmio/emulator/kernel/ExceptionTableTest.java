package org.vemmio.emulator.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.elf.ElfException;

class ExceptionTableTest {
    private static final long ADDRESS = SmallImage.ADDRESS;

    @Test
    void readsTheTableOfAnImage(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("vmlinux");
        Files.write(file, SmallImage.of(
                -0x1000, -0x0ff4, 20, -0x0800, 0x10, 0xfff2_1311, 0x100, 0x200, 0x0008_0013).array());
        List<ExceptionEntry> entries = ExceptionTable.read(file).entries();
        assertThat(entries).extracting(ExceptionEntry::insn).containsExactly(
                ADDRESS - 0x1000, ADDRESS + 12 - 0x800, ADDRESS + 24 + 0x100);
        assertThat(entries).extracting(ExceptionEntry::fixup).containsExactly(
                ADDRESS + 4 - 0xff4, ADDRESS + 16 + 0x10, ADDRESS + 28 + 0x200);
        assertThat(entries).extracting(ExceptionEntry::type).containsExactly(
                FixupType.ZEROPAD, FixupType.IMM_REG, FixupType.UCOPY_LEN);
        assertThat(entries).extracting(ExceptionEntry::register).containsExactly(0, 3, 0);
        assertThat(entries).extracting(ExceptionEntry::constant).containsExactly(0, -14, 8);
        assertThat(entries).extracting(ExceptionEntry::clearsRax).containsExactly(false, true, false);
        assertThat(entries).extracting(ExceptionEntry::clearsRdx).containsExactly(false, false, false);
    }

    @Test
    void readsAnImageThatDoesNotBeginAtTheStartOfItsBuffer() throws Exception {
        byte[] image = SmallImage.of(0, 0, 1).array();
        ByteBuffer behind = ByteBuffer.allocate(7 + image.length).put(7, image).position(7);
        assertThat(ExceptionTable.read("memory", behind).find(ADDRESS)).isPresent();
        assertThat(behind.position()).isEqualTo(7);
    }

    @Test
    void keepsEntriesOfTypesThatItDoesNotModel() throws Exception {
        ExceptionTable table = ExceptionTable.read("vmlinux", SmallImage.of(0, 0, 6));
        assertThat(table.find(ADDRESS)).get().extracting(ExceptionEntry::type).isEqualTo(FixupType.FPU_RESTORE);
        assertThat(FixupType.FPU_RESTORE.isModelled()).isFalse();
    }

    @Test
    void movesWithTheKernel() throws Exception {
        ExceptionTable table = ExceptionTable.read("vmlinux", SmallImage.of(0, 0, 1)).shifted(0x1c00_0000);
        assertThat(table.find(ADDRESS)).isEmpty();
        assertThat(table.find(ADDRESS + 0x1c00_0000)).get().extracting(ExceptionEntry::fixup)
                .isEqualTo(ADDRESS + 0x1c00_0004);
    }

    private record Mistake(String name, Consumer<ByteBuffer> change, String message) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Mistake> mistakes() {
        int table = SmallImage.TABLE_HEADER;
        int names = SmallImage.NAMES_HEADER;
        return Stream.of(
                new Mistake("no magic", b -> b.put(0, (byte) 'M'),
                        "byte 0x0: no ELF file; an uncompressed kernel image (vmlinux) is one"),
                new Mistake("32-bit", b -> b.put(4, (byte) 1), "byte 0x4: the class is 1; it must be 2 (64-bit)"),
                new Mistake("big-endian", b -> b.put(5, (byte) 2),
                        "byte 0x5: the byte order is 2; it must be 1 (little-endian)"),
                new Mistake("another machine", b -> b.putShort(18, (short) 183),
                        "byte 0x12: the machine is 183; it must be 62 (x86-64)"),
                new Mistake("object file", b -> b.putShort(16, (short) 1),
                        "byte 0x10: the file type is 1; a linked kernel has 2 (executable) or 3"
                                + " (position-independent)"),
                new Mistake("no sections", b -> b.putShort(60, (short) 0),
                        "byte 0x3c: no section headers; the image must not be stripped of them"),
                new Mistake("odd section headers", b -> b.putShort(58, (short) 40),
                        "byte 0x3a: the size of a section header is 40; it must be 64 (bytes)"),
                new Mistake("headers behind the end", b -> b.putLong(40, 0x200),
                        "byte 0x28: 3 section headers at 0x200 run past the end of the file, 0x138"),
                new Mistake("headers at a negative place", b -> b.putLong(40, -64),
                        "byte 0x28: 3 section headers at 0xffffffffffffffc0 run past the end of the file, 0x138"),
                new Mistake("too many headers", b -> b.putShort(60, (short) 0xffff),
                        "byte 0x28: 65535 section headers at 0x40 run past the end of the file, 0x138"),
                new Mistake("names in no section", b -> b.putShort(62, (short) 3),
                        "byte 0x3e: the names are in section 3, and there are sections 0 to 2"),
                new Mistake("names behind the end", b -> b.putLong(names + 24, Long.MAX_VALUE),
                        "section of names: its 0x16 bytes at byte 0x7fffffffffffffff run past the end of the"
                                + " file, 0x138"),
                new Mistake("names too long", b -> b.putLong(names + 32, 0x39),
                        "section of names: its 0x39 bytes at byte 0x100 run past the end of the file, 0x138"),
                new Mistake("a name outside", b -> b.putInt(table, 0x16),
                        "byte 0x80: the name at 0x16 does not end within the names' 0x16 bytes"),
                new Mistake("a name far outside", b -> b.putInt(table, -1),
                        "byte 0x80: the name at 0xffffffff does not end within the names' 0x16 bytes"),
                new Mistake("a name without an end", b -> b.putLong(names + 32, 10),
                        "byte 0x80: the name at 0x1 does not end within the names' 0xa bytes"),
                new Mistake("no table", b -> b.put(SmallImage.NAMES + 1, (byte) 'x'),
                        "3 sections: none is named __ex_table; a kernel image has one"),
                new Mistake("debug file", b -> b.putInt(table + 4, 8),
                        "section __ex_table: it has no bytes in the file, as in a file of debug symbols; the image"
                                + " itself is needed"),
                new Mistake("table behind the end", b -> b.putLong(table + 32, 36),
                        "section __ex_table: its 0x24 bytes at byte 0x120 run past the end of the file, 0x138"),
                new Mistake("negative size", b -> b.putLong(table + 32, -12),
                        "section __ex_table: its 0xfffffffffffffff4 bytes at byte 0x120 run past the end of the"
                                + " file, 0x138"),
                new Mistake("part of an entry", b -> b.putLong(table + 32, 20),
                        "section __ex_table: it has 0x14 bytes, no multiple of the 12 bytes of an entry"),
                new Mistake("unknown type", b -> b.putInt(SmallImage.TABLE + 20, 0x1163),
                        "section __ex_table, byte 0x14: no fixup has type 99; 1 to 21 are known, and before Linux 5.16"
                                + " this field was another"),
                new Mistake("type 0", b -> b.putInt(SmallImage.TABLE + 8, 0),
                        "section __ex_table, byte 0x8: no fixup has type 0; 1 to 21 are known, and before Linux 5.16"
                                + " this field was another"),
                new Mistake("twice", b -> b.putInt(SmallImage.TABLE + 12, -12),
                        "section __ex_table, byte 0xc: a second entry for the instruction at 0xffffffff82000000;"
                                + " each has one"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void tellsWhatIsWrongWithAnImage(Mistake mistake) throws Exception {
        ByteBuffer image = SmallImage.of(0, 0, 1, 0, 0, 1);
        assertThat(ExceptionTable.read("vmlinux", image).entries()).hasSize(2);
        mistake.change.accept(image);
        assertThatThrownBy(() -> ExceptionTable.read("vmlinux", image)).isInstanceOf(ElfException.class)
                .hasMessage("vmlinux: " + mistake.message);
    }

    @Test
    void refusesEveryBeginningOfAnImage() throws Exception {
        byte[] image = SmallImage.of(0, 0, 1, 0, 0, 1).array();
        for (int length = 0; length < image.length; length++) {
            ByteBuffer part = ByteBuffer.wrap(image, 0, length);
            assertThatThrownBy(() -> ExceptionTable.read("vmlinux", part)).as("%d bytes", length)
                    .isInstanceOf(ElfException.class).hasMessageStartingWith("vmlinux: ");
        }
    }

    @Test
    void neverReadsOutsideADamagedImage() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            ByteBuffer image = SmallImage.of(0, 0, 1, 0, 0, 1);
            for (int j = random.nextInt(4); j >= 0; j--) {
                image.put(random.nextInt(image.limit()), (byte) random.nextInt());
            }
            try {
                ExceptionTable.read("vmlinux", image);
            } catch (ElfException expected) {
                assertThat(expected).as("seed %d", seed).hasMessageStartingWith("vmlinux: ");
            } catch (RuntimeException unexpected) {
                throw new AssertionError("seed " + seed + ", image " + i, unexpected);
            }
        }
    }

    @Test
    void namesAFileThatIsNotThere(@TempDir Path directory) {
        Path file = directory.resolve("vmlinux");
        assertThatThrownBy(() -> ExceptionTable.read(file)).isInstanceOf(ElfException.class)
                .hasMessage(file + ": there is no such file");
    }

    @Test
    void findsEveryEntryAndNothingElse() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        TreeMap<Long, ExceptionEntry> expected = new TreeMap<>();
        for (int i = 0; i < 200; i++) {
            long insn = random.nextInt(2) == 0 ? random.nextInt(400) : -random.nextInt(400);
            expected.put(insn, ExceptionEntry.of(insn, i, FixupType.DEFAULT));
        }
        ExceptionTable table = ExceptionTable.of(expected.values());
        for (long insn = -401; insn <= 401; insn++) {
            assertThat(table.find(insn)).as("seed %d, 0x%x", seed, insn)
                    .isEqualTo(Optional.ofNullable(expected.get(insn)));
        }
        assertThat(ExceptionTable.empty().find(0)).isEmpty();
    }

    @Test
    void refusesTwoEntriesForOneInstruction() {
        ExceptionEntry entry = ExceptionEntry.of(16, 20, FixupType.DEFAULT);
        assertThatThrownBy(() -> ExceptionTable.of(List.of(entry, ExceptionEntry.of(16, 24, FixupType.FAULT))))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("two entries for the instruction at 0x10");
    }

    static Stream<Arguments> badEntries() {
        return Stream.of(Arguments.of(16, 0), Arguments.of(-1, 0), Arguments.of(0, 0x8000), Arguments.of(0, -0x8001));
    }

    @ParameterizedTest
    @MethodSource("badEntries")
    void refusesNumbersThatAnEntryCannotHold(int register, int constant) {
        assertThatThrownBy(() -> ExceptionEntry.of(0, 0, FixupType.IMM_REG, register, constant))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("register %d and constant %d: 0 to 15 and 16 bits signed are possible"
                        .formatted(register, constant));
    }

    @Test
    void refusesDataOfAnotherType() {
        assertThatThrownBy(() -> new ExceptionEntry(0, 0, FixupType.DEFAULT, 0x1102))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the data field 0x00001102 has type 2, not 1 (default)");
    }

    @Test
    void numbersTheTypesAsLinuxDoes() {
        ByteBuffer numbers = ByteBuffer.allocate(21).order(ByteOrder.LITTLE_ENDIAN);
        for (FixupType type : FixupType.values()) {
            numbers.put(type.number() - 1, (byte) type.number());
            assertThat(FixupType.of(type.number())).contains(type);
        }
        assertThat(numbers.array()).doesNotContain(0);
    }
}
