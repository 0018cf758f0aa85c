package org.vemmio.zydis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.zydis.jextract.Zydis;
import org.vemmio.zydis.jextract.ZydisDecodedInstruction;
import org.vemmio.zydis.jextract.ZydisDecodedOperand;
import org.vemmio.zydis.jextract.ZydisDecoder;

class ZydisLibraryTest {
    private static final List<String> GRANTED = List.of("--enable-native-access=ALL-UNNAMED");
    private static final String RESOURCE = "META-INF/vemmio/zydis/libZydis.so.4.0";

    private static final Path BINDINGS = LoadedLibrary.folderOf(ZydisLibrary.class);

    @TempDir
    private Path folder;

    @Test
    void loadsOnce() {
        assertThat(ZydisLibrary.load()).isSameAs(ZydisLibrary.load());
    }

    @Test
    void tellsVersionAndLocation() {
        ZydisLibrary loaded = ZydisLibrary.load();

        assertThat(loaded.version()).isEqualTo(ZydisLibrary.check(Path.of(loaded.location())));
        assertThat(Path.of(loaded.location())).isAbsolute().isRegularFile();
    }

    static Stream<Arguments> filesThatAreNoLibrary() {
        return Stream.of(
                argumentSet("empty", new byte[0], "not a 64-bit little-endian ELF file"),
                argumentSet("text", "x".repeat(100).getBytes(), "not a 64-bit little-endian ELF file"),
                argumentSet("32-bit", elf(1), "not a 64-bit little-endian ELF file"),
                argumentSet("truncated", Arrays.copyOf(library(), 3000),
                        "truncated: 3000 bytes of at least " + library().length),
                argumentSet("half of it, without section headers",
                        Arrays.copyOf(withoutSections(), library().length / 2),
                        "truncated: " + library().length / 2 + " bytes of at least " + segmentsEnd()),
                argumentSet("its header alone", Arrays.copyOf(withoutSections(), 64),
                        "truncated: 64 bytes of at least " + (64 + Short.toUnsignedInt(header().getShort(56)) * 56)),
                argumentSet("a segment that wraps", withSegment(-1, 2),
                        "truncated: " + library().length + " bytes of at least 18446744073709551615"),
                argumentSet("without its last byte", Arrays.copyOf(library(), library().length - 1),
                        "truncated: " + (library().length - 1) + " bytes of at least " + library().length));
    }

    @ParameterizedTest
    @MethodSource
    void filesThatAreNoLibrary(byte[] content, String wrong) throws IOException {
        Path file = Files.write(folder.resolve("libZydis.so"), content);

        assertThatThrownBy(() -> ZydisLibrary.check(file))
                .isInstanceOf(LibraryException.class)
                .hasMessage(file + ": " + wrong + "; Zydis 4.0 or 4.1 is needed");
    }

    @Test
    void libraryWithoutSectionHeadersServes() throws IOException {
        Path file = Files.write(folder.resolve("libZydis.so"), Arrays.copyOf(withoutSections(), (int) segmentsEnd()));

        assertThat(ZydisLibrary.check(file)).isEqualTo(ZydisLibrary.load().version());
    }

    @Test
    void fileForAnotherProcessor() throws IOException {
        byte[] foreign = library();
        foreign[18] = (byte) 0xf3; // e_machine: RISC-V
        Path file = Files.write(folder.resolve("libZydis.so"), foreign);

        assertThatThrownBy(() -> ZydisLibrary.check(file))
                .isInstanceOf(LibraryException.class)
                .hasMessageStartingWith(file + ": cannot be opened (")
                .hasMessageEndingWith("); Zydis 4.0 or 4.1 is needed")
                .hasMessageNotContaining("\n");
    }

    @Test
    void missingFileAndFolder() {
        Path missing = folder.resolve("missing.so");

        assertThatThrownBy(() -> ZydisLibrary.check(missing))
                .hasMessage(missing + ": no such file; Zydis 4.0 or 4.1 is needed");
        assertThatThrownBy(() -> ZydisLibrary.check(folder))
                .hasMessage(folder + ": not a file; Zydis 4.0 or 4.1 is needed");
    }

    @Test
    void anyNameServes() throws IOException {
        Path file = Files.write(folder.resolve("anything"), library());

        assertThat(ZydisLibrary.check(file)).isEqualTo(ZydisLibrary.load().version());
    }

    @Test
    void propertyComesFirst() throws Exception {
        Path file = Files.write(folder.resolve("named.so"), library());

        assertThat(LoadedLibrary.inNewJvm(BINDINGS, granted("-Dvemmio.zydis.library=" + file),
                Map.of("VEMMIO_ZYDIS_LIBRARY", folder.resolve("missing.so").toString())))
                .isEqualTo(file + " " + ZydisLibrary.load().version());
    }

    @Test
    void environmentComesSecond() throws Exception {
        Path file = Files.write(folder.resolve("named.so"), library());

        assertThat(LoadedLibrary.inNewJvm(BINDINGS, granted("-Dvemmio.zydis.library="),
                Map.of("VEMMIO_ZYDIS_LIBRARY", file.toString())))
                .isEqualTo(file + " " + ZydisLibrary.load().version());
    }

    @Test
    void namedFileThatDoesNotServeIsNotPassedOver() throws Exception {
        Path missing = folder.resolve("missing.so");
        String refusal = missing + ": no such file; Zydis 4.0 or 4.1 is needed";

        assertThat(LoadedLibrary.inNewJvm(BINDINGS, granted("-Dvemmio.zydis.library=" + missing), Map.of()))
                .isEqualTo(refusal);
        assertThat(LoadedLibrary.inNewJvm(BINDINGS, GRANTED, Map.of("VEMMIO_ZYDIS_LIBRARY", missing.toString())))
                .isEqualTo(refusal);
    }

    @Test
    void bundledCopyInJarComesThird() throws Exception {
        Path jar = jar(library());
        Path temporary = Files.createDirectory(folder.resolve("tmp"));

        assertThat(LoadedLibrary.inNewJvm(jar, granted("-Djava.io.tmpdir=" + temporary), Map.of()))
                .isEqualTo("jar:file:" + jar + "!/" + RESOURCE + " " + ZydisLibrary.load().version());
        assertThat(temporary).as("nothing stays behind").isEmptyDirectory();
    }

    @Test
    void systemLibraryComesLast() throws Exception {
        Path system = Files.write(folder.resolve("libZydis.so.4.1"), library());

        assertThat(LoadedLibrary.inNewJvm(jar(null), GRANTED, Map.of("LD_LIBRARY_PATH", folder.toString())))
                .isEqualTo(system + " " + ZydisLibrary.load().version());
    }

    @Test
    void bundledCopyThatDoesNotServeIsPassedOver() throws Exception {
        Path system = Files.write(folder.resolve("libZydis.so.4.1"), library());

        assertThat(LoadedLibrary.inNewJvm(jar(elf(1)), GRANTED, Map.of("LD_LIBRARY_PATH", folder.toString())))
                .isEqualTo(system + " " + ZydisLibrary.load().version());
    }

    @Test
    void noLibraryForThisProcessorIsSaidWithWhatToDo() throws Exception {
        for (String name : List.of("libZydis.so.4.0", "libZydis.so.4.1")) {
            Files.writeString(folder.resolve(name), "not a library");
        }

        assertThat(LoadedLibrary.inNewJvm(jar(library()), granted("-Dos.arch=aarch64"),
                Map.of("LD_LIBRARY_PATH", folder.toString())))
                .isEqualTo("no Zydis library: the bundled copy is for Linux on amd64, and this is Linux on aarch64; "
                        + "the system has no libZydis.so.4.1; the system has no libZydis.so.4.0. Install Debian's "
                        + "libzydis4.0, or name a library of Zydis 4.0 or 4.1 in the environment variable "
                        + "VEMMIO_ZYDIS_LIBRARY or with -Dvemmio.zydis.library=FILE");
    }

    @Test
    void nameThatIsNoFileNameIsSaidInOneLine() {
        System.setProperty("vemmio.zydis.library", "libZydis\0.so");
        try {
            assertThatThrownBy(LibraryFile::named).isInstanceOf(LibraryException.class).hasMessage(
                    "the system property vemmio.zydis.library is no name of a file here: Nul character not allowed");
        } finally {
            System.clearProperty("vemmio.zydis.library");
        }
    }

    @Test
    void deniedNativeAccessIsSaidInOneLine() throws Exception {
        assertThat(LoadedLibrary.inNewJvm(BINDINGS, List.of("--illegal-native-access=deny"), Map.of()))
                .isEqualTo("native access is denied to the Zydis bindings; "
                        + "start java with --enable-native-access=ALL-UNNAMED");
    }

    @Test
    void nativeAccessThatIsNotGrantedIsWarnedOfByTheJvm() throws Exception {
        assertThat(LoadedLibrary.inNewJvm(BINDINGS, List.of("--illegal-native-access=warn"), Map.of()))
                .contains("--enable-native-access=ALL-UNNAMED")
                .endsWith(" " + ZydisLibrary.load().version());
    }

    @Test
    void decodesFromHeapAndFromNativeMemory() {
        byte[] code = HexFormat.of().parseHex("90488b07");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment onHeap = MemorySegment.ofArray(code).asSlice(1);
            MemorySegment outside = arena.allocate(3).copyFrom(onHeap);

            assertThat(Stream.of(onHeap, outside).map(bytes -> length(arena, bytes, 3))).containsExactly(3, 3);
        }
    }

    @Test
    void decodesNoFurtherThanTold() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code = MemorySegment.ofArray(HexFormat.of().parseHex("488b07"));

            assertThat(length(arena, code, 2)).isNegative();
            assertThat(length(arena, code, 0)).isNegative();
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> length(arena, code, 4));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> length(arena, code, -1));
        }
    }

    /// The length of the instruction, or the status of the failure.
    private static int length(Arena arena, MemorySegment code, long available) {
        ZydisLibrary zydis = ZydisLibrary.load();
        MemorySegment decoder = arena.allocate(ZydisDecoder.layout());
        MemorySegment instruction = arena.allocate(ZydisDecodedInstruction.layout());
        MemorySegment operands = ZydisDecodedOperand.allocateArray(Zydis.ZYDIS_MAX_OPERAND_COUNT(), arena);
        Zydis.ZydisDecoderInit(decoder, Zydis.ZYDIS_MACHINE_MODE_LONG_64(), Zydis.ZYDIS_STACK_WIDTH_64());
        int status = zydis.decodeFull(decoder, code, available, instruction, operands);
        return status < 0 ? status : ZydisDecodedInstruction.length(instruction);
    }

    private static byte[] library() {
        try {
            return Files.readAllBytes(LoadedLibrary.file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteBuffer header() {
        return ByteBuffer.wrap(library()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// The library as a tool leaves it that strips section headers, which the dynamic linker does not need.
    private static byte[] withoutSections() {
        return header().putLong(40, 0).putShort(58, (short) 0).putShort(60, (short) 0).array();
    }

    private static byte[] withSegment(long offset, long size) {
        int first = (int) header().getLong(32);
        return header().putLong(first + 8, offset).putLong(first + 32, size).array();
    }

    private static long segmentsEnd() {
        ByteBuffer header = header();
        int first = (int) header.getLong(32);
        return IntStream.range(0, header.getShort(56)).map(i -> first + 56 * i)
                .mapToLong(segment -> header.getLong(segment + 8) + header.getLong(segment + 32))
                .max().orElseThrow();
    }

    private static byte[] elf(int elfClass) {
        return Arrays.copyOf(new byte[] {0x7f, 'E', 'L', 'F', (byte) elfClass, 1}, 64);
    }

    private static List<String> granted(String option) {
        return Stream.concat(GRANTED.stream(), Stream.of(option)).toList();
    }

    /// The classes under test in a jar, with a bundled copy of the given content, or none.
    private Path jar(byte[] bundled) throws IOException {
        Path jar = folder.resolve("bindings.jar");
        try (FileSystem zip = FileSystems.newFileSystem(jar, Map.of("create", "true"));
                Stream<Path> classes = Files.walk(BINDINGS)) {
            for (Path file : classes.filter(path -> path.toString().endsWith(".class")).toList()) {
                Path entry = zip.getPath(BINDINGS.relativize(file).toString());
                if (entry.getParent() != null) {
                    Files.createDirectories(entry.getParent());
                }
                Files.copy(file, entry);
            }
            if (bundled != null) {
                Path entry = zip.getPath(RESOURCE);
                Files.createDirectories(entry.getParent());
                Files.write(entry, bundled);
            }
        }
        return jar;
    }
}
