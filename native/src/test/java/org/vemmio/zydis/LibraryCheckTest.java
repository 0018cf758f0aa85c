package org.vemmio.zydis;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.zydis.jextract.ZydisDecodedInstruction;

/// A library that is Zydis but for one function, which a stand-in written here answers.
class LibraryCheckTest {
    private static final FunctionDescriptor DECODE =
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    private static final long INSTRUCTION_SIZE = ZydisDecodedInstruction.layout().byteSize();

    private static Arena arena;
    private static SymbolLookup zydis;
    private static MethodHandle realDecode;

    @BeforeAll
    static void open() {
        arena = Arena.ofShared();
        zydis = SymbolLookup.libraryLookup(LoadedLibrary.file(), arena);
        realDecode = Linker.nativeLinker().downcallHandle(zydis.findOrThrow("ZydisDecoderDecodeFull"), DECODE);
    }

    @AfterAll
    static void close() {
        arena.close();
    }

    @Test
    void acceptsTheRealLibrary() {
        assertThat(LibraryCheck.check("here", zydis)).matches("4\\.[01]\\.\\d+");
    }

    static Stream<Arguments> acceptedVersions() {
        return Stream.of(
                argumentSet("4.0", 0x0004_0000_0000_0000L, "4.0.0"),
                argumentSet("4.1 with a patch number", 0x0004_0001_0002_0000L, "4.1.2"));
    }

    @ParameterizedTest
    @MethodSource
    void acceptedVersions(long number, String version) throws Exception {
        assertThat(LibraryCheck.check("here", with("ZydisGetVersion", version(number)))).isEqualTo(version);
    }

    static Stream<Arguments> refused() throws Exception {
        return Stream.of(
                argumentSet("an older version", "ZydisGetVersion", version(0x0003_0002_0001_0000L), "Zydis 3.2.1"),
                argumentSet("a later version", "ZydisGetVersion", version(0x0004_0002_0000_0000L), "Zydis 4.2.0"),
                argumentSet("a later major version", "ZydisGetVersion", version(0x0005_0000_0000_0000L), "Zydis 5.0.0"),
                argumentSet("another library", "ZydisGetVersion", null,
                        "not Zydis: it has no function ZydisGetVersion"),
                argumentSet("a build without the formatter", "ZydisFormatterInit", null,
                        "it has no function ZydisFormatterInit"),
                argumentSet("members moved by a word", "ZydisDecoderDecodeFull", decodeBy("shifted"),
                        "its structures differ: mnemonic of 65488b848b78563412 reads as invalid instead of mov"),
                argumentSet("a larger instruction", "ZydisDecoderDecodeFull", decodeBy("larger"),
                        "its structures differ: ZydisDecodedInstruction_ is larger than " + INSTRUCTION_SIZE
                                + " bytes"),
                argumentSet("no instruction decoded", "ZydisDecoderDecodeFull", decodeBy("failing"),
                        "it fails with status 80200001 on 65488b848b78563412, which is "
                                + "mov rax, gs:[rbx+rcx*4+0x12345678]"),
                argumentSet("names that are other numbers'", "ZydisMnemonicGetString", name(),
                        "its structures differ: mnemonic of 65488b848b78563412 reads as nop instead of mov"),
                argumentSet("numbers without a name", "ZydisRegisterGetString", noName(),
                        "its structures differ: 0.reg.value of 65488b848b78563412 reads as nothing instead of rax"));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String function, MethodHandle standIn, String wrong) {
        assertThatThrownBy(() -> LibraryCheck.check("here", with(function, standIn)))
                .isInstanceOf(LibraryException.class)
                .hasMessage("here: " + wrong + "; Zydis 4.0 or 4.1 is needed");
    }

    /// The real library with one function replaced, or without it if the stand-in is null.
    private static SymbolLookup with(String function, MethodHandle standIn) {
        if (standIn == null) {
            return name -> name.equals(function) ? Optional.empty() : zydis.find(name);
        }
        FunctionDescriptor descriptor = Map.of(
                "ZydisGetVersion", FunctionDescriptor.of(JAVA_LONG),
                "ZydisDecoderDecodeFull", DECODE,
                "ZydisMnemonicGetString", FunctionDescriptor.of(ADDRESS, JAVA_INT),
                "ZydisRegisterGetString", FunctionDescriptor.of(ADDRESS, JAVA_INT)).get(function);
        MemorySegment stub = Linker.nativeLinker().upcallStub(standIn, descriptor, arena);
        return name -> name.equals(function) ? Optional.of(stub) : zydis.find(name);
    }

    private static MethodHandle version(long number) {
        return MethodHandles.constant(long.class, number);
    }

    private static MethodHandle name() {
        return MethodHandles.dropArguments(
                MethodHandles.constant(MemorySegment.class, Arena.global().allocateFrom("nop")), 0, int.class);
    }

    private static MethodHandle noName() {
        return MethodHandles.dropArguments(
                MethodHandles.constant(MemorySegment.class, MemorySegment.NULL), 0, int.class);
    }

    private static MethodHandle decodeBy(String how) throws ReflectiveOperationException {
        return MethodHandles.lookup().findStatic(LibraryCheckTest.class, how, MethodType.methodType(int.class,
                MemorySegment.class, MemorySegment.class, long.class, MemorySegment.class, MemorySegment.class));
    }

    private static int shifted(MemorySegment decoder, MemorySegment code, long length, MemorySegment instruction,
            MemorySegment operands) {
        int status = decode(decoder, code, length, instruction, operands);
        MemorySegment whole = instruction.reinterpret(INSTRUCTION_SIZE);
        MemorySegment.copy(whole, 0, whole, 4, INSTRUCTION_SIZE - 4);
        return status;
    }

    private static int larger(MemorySegment decoder, MemorySegment code, long length, MemorySegment instruction,
            MemorySegment operands) {
        instruction.reinterpret(INSTRUCTION_SIZE + 8).set(JAVA_LONG, INSTRUCTION_SIZE, 0);
        return decode(decoder, code, length, instruction, operands);
    }

    private static int failing(MemorySegment decoder, MemorySegment code, long length, MemorySegment instruction,
            MemorySegment operands) {
        return 0x80200001;
    }

    private static int decode(MemorySegment decoder, MemorySegment code, long length, MemorySegment instruction,
            MemorySegment operands) {
        try {
            return (int) realDecode.invokeExact(decoder, code, length, instruction, operands);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }
}
