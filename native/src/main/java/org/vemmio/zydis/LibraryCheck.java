package org.vemmio.zydis;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.vemmio.zydis.jextract.Zydis;
import org.vemmio.zydis.jextract.ZydisDecodedInstruction;
import org.vemmio.zydis.jextract.ZydisDecodedOperand;
import org.vemmio.zydis.jextract.ZydisDecoder;
import org.vemmio.zydis.jextract.ZydisFormatter;

/// Tries a library before the JVM depends on it. The library is opened for the trial alone and reached through handles
/// of the trial's own, because the functions of [Zydis] are bound once and for good.
final class LibraryCheck {
    /// An instruction, and what the structures must say after it is decoded.
    ///
    /// @param mode the `ZydisMachineMode`
    /// @param stackWidth the `ZydisStackWidth`
    /// @param code the bytes in hexadecimal
    /// @param text the instruction in Intel syntax
    /// @param fields words `path=value`: a member of `ZydisDecodedInstruction`, or after a number of that operand; the
    ///     value a number, or a name of a mnemonic or register
    private record Known(int mode, int stackWidth, String code, String text, String fields) {
    }

    /// Together they touch the first and the last member of each structure, and others between.
    private static final List<Known> KNOWN = List.of(
            new Known(Zydis.ZYDIS_MACHINE_MODE_LONG_64(), Zydis.ZYDIS_STACK_WIDTH_64(), "65488b848b78563412",
                    "mov rax, gs:[rbx+rcx*4+0x12345678]", """
                    machine_mode=0 mnemonic=mov length=9 encoding=0 opcode_map=0 opcode=0x8b stack_width=64
                    operand_width=64 address_width=64 operand_count=2 operand_count_visible=2 raw.prefix_count=2
                    raw.prefixes.0.type=1 raw.prefixes.0.value=0x65 raw.prefixes.1.value=0x48 raw.rex.W=1
                    raw.rex.offset=1 raw.modrm.mod=2 raw.modrm.offset=3 raw.sib.scale=2 raw.sib.base=3 raw.sib.offset=4
                    raw.disp.value=0x12345678 raw.disp.size=32 raw.disp.offset=5
                    0.id=0 0.actions=2 0.size=64 0.element_count=1 0.type=1 0.reg.value=rax
                    1.id=1 1.visibility=1 1.actions=1 1.size=64 1.type=2 1.mem.type=1 1.mem.segment=gs 1.mem.base=rbx
                    1.mem.index=rcx 1.mem.scale=4 1.mem.disp.has_displacement=1 1.mem.disp.value=0x12345678"""),
            new Known(Zydis.ZYDIS_MACHINE_MODE_LEGACY_16(), Zydis.ZYDIS_STACK_WIDTH_16(), "c747fe3482",
                    "mov word ptr [bx-0x02], 0x8234", """
                    machine_mode=4 mnemonic=mov length=5 opcode=0xc7 stack_width=16 operand_width=16 address_width=16
                    raw.disp.value=-2 raw.imm.0.size=16 raw.imm.0.offset=3
                    0.mem.segment=ds 0.mem.base=bx 0.mem.disp.value=-2
                    1.type=4 1.imm.is_signed=1 1.imm.value.s=-32204"""),
            new Known(Zydis.ZYDIS_MACHINE_MODE_LONG_64(), Zydis.ZYDIS_STACK_WIDTH_64(), "62f1fec96f4701",
                    "vmovdqu64 zmm0 {k1} {z}, zmmword ptr [rdi+0x40]", """
                    mnemonic=vmovdqu64 length=7 encoding=4 opcode_map=1 opcode=0x6f operand_count_visible=3
                    avx.vector_length=512 avx.mask.mode=3 avx.mask.reg=k1 avx.has_eviction_hint=0
                    raw.evex.z=1 raw.evex.aaa=1 raw.evex.offset=0 raw.disp.size=8
                    0.size=512 0.element_size=64 0.element_count=8 0.reg.value=zmm0 1.reg.value=k1
                    2.mem.base=rdi 2.mem.disp.value=0x40"""));

    /// Far more than any structure needs: what a library with larger ones writes is found here, and does no harm.
    private static final long ROOM = 1 << 16;
    private static final byte UNTOUCHED = (byte) 0xa5;

    private static final MemoryLayout OPERANDS =
            MemoryLayout.sequenceLayout(Zydis.ZYDIS_MAX_OPERAND_COUNT(), ZydisDecodedOperand.layout());
    private static final Members INSTRUCTION_MEMBERS = new Members(ZydisDecodedInstruction.layout());
    private static final Members OPERAND_MEMBERS = new Members(OPERANDS);

    private final String location;
    private final SymbolLookup symbols;
    private final Arena arena;
    private final MemorySegment untouched;

    private LibraryCheck(String location, SymbolLookup symbols, Arena arena) {
        this.location = location;
        this.symbols = symbols;
        this.arena = arena;
        untouched = room();
    }

    /// {@return the version of the library in a file, as `4.0.0`, after a trial}
    ///
    /// @throws LibraryException if the file is not a library that serves
    static String check(LibraryFile file) {
        requireWholeElf(file);
        try (Arena arena = Arena.ofConfined()) {
            return check(file.location(), open(file, arena));
        }
    }

    /// {@return the version of a library that is open, as `4.0.0`}
    ///
    /// @param location where it comes from, for messages
    /// @throws LibraryException if the library does not serve
    static String check(String location, SymbolLookup symbols) {
        try (Arena arena = Arena.ofConfined()) {
            LibraryCheck check = new LibraryCheck(location, symbols, arena);
            String version = check.requireVersion();
            check.requireFunctions();
            for (Known known : KNOWN) {
                check.requireKnown(known);
            }
            return version;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError("a foreign function throws no checked exception", t);
        }
    }

    /// The dynamic linker maps a truncated file without a word, and the process dies at the first touch of the rest.
    private static void requireWholeElf(LibraryFile file) {
        byte[] content = file.content();
        long needed = ElfExtent.of(content)
                .orElseThrow(() -> refusal(file.location(), "not a 64-bit little-endian ELF file"));
        if (Long.compareUnsigned(needed, content.length) > 0) {
            throw refusal(file.location(), "truncated: %d bytes of at least %s"
                    .formatted(content.length, Long.toUnsignedString(needed)));
        }
    }

    private static SymbolLookup open(LibraryFile file, Arena arena) {
        try {
            return SymbolLookup.libraryLookup(file.path(), arena);
        } catch (IllegalArgumentException e) {
            throw refusal(file.location(), reason(file.path()));
        }
    }

    /// What the dynamic linker has against a file that it did not open: the lookup does not tell, loading does.
    private static String reason(Path path) {
        try {
            System.load(path.toString());
            return "cannot be opened";
        } catch (UnsatisfiedLinkError e) {
            return "cannot be opened (" + e.getMessage() + ")";
        }
    }

    private String requireVersion() throws Throwable {
        if (symbols.find("ZydisGetVersion").isEmpty()) {
            throw refusal(location, "not Zydis: it has no function ZydisGetVersion");
        }
        long version = (long) handle("ZydisGetVersion", JAVA_LONG).invokeExact();
        String text = "%d.%d.%d".formatted(version >>> 48, version >>> 32 & 0xffff, version >>> 16 & 0xffff);
        if (version >>> 32 != 0x4_0000 && version >>> 32 != 0x4_0001) {
            throw refusal(location, "Zydis " + text);
        }
        return text;
    }

    /// jextract makes a class for each function that it binds; to name the class does not yet bind the function.
    private void requireFunctions() {
        Arrays.stream(Zydis.class.getDeclaredClasses())
                .map(Class::getSimpleName)
                .filter(name -> symbols.find(name).isEmpty())
                .min(Comparator.naturalOrder())
                .ifPresent(name -> {
                    throw refusal(location, "it has no function " + name);
                });
    }

    private void requireKnown(Known known) throws Throwable {
        MemorySegment code = arena.allocateFrom(JAVA_BYTE, HexFormat.of().parseHex(known.code()));
        MemorySegment decoder = room();
        MemorySegment instruction = room();
        MemorySegment operands = room();
        requireSuccess(known, (int) handle("ZydisDecoderInit", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT)
                .invokeExact(decoder, known.mode(), known.stackWidth()));
        requireSuccess(known,
                (int) handle("ZydisDecoderDecodeFull", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS)
                        .invokeExact(decoder, code, code.byteSize(), instruction, operands));
        requireWithin(decoder, ZydisDecoder.layout());
        requireWithin(instruction, ZydisDecodedInstruction.layout());
        requireWithin(operands, OPERANDS);
        for (String field : known.fields().split("\\s+")) {
            String path = field.substring(0, field.indexOf('='));
            String expected = field.substring(field.indexOf('=') + 1);
            long value = Character.isDigit(path.charAt(0))
                    ? OPERAND_MEMBERS.read(operands, path) : INSTRUCTION_MEMBERS.read(instruction, path);
            boolean number = expected.matches("-?[0-9].*");
            String right = number ? Long.decode(expected).toString() : expected;
            String got = number ? Long.toString(value)
                    : name(path.equals("mnemonic") ? "ZydisMnemonicGetString" : "ZydisRegisterGetString", value);
            if (!got.equals(right)) {
                throw refusal(location, "its structures differ: %s of %s reads as %s instead of %s"
                        .formatted(path, known.code(), got, right));
            }
        }
        requireText(known, instruction, operands);
    }

    private void requireText(Known known, MemorySegment instruction, MemorySegment operands) throws Throwable {
        MemorySegment formatter = room();
        MemorySegment text = arena.allocate(256);
        requireSuccess(known, (int) handle("ZydisFormatterInit", JAVA_INT, ADDRESS, JAVA_INT)
                .invokeExact(formatter, Zydis.ZYDIS_FORMATTER_STYLE_INTEL()));
        requireSuccess(known, (int) handle("ZydisFormatterFormatInstruction",
                JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_BYTE, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS)
                .invokeExact(formatter, instruction, operands,
                        ZydisDecodedInstruction.operand_count_visible(instruction), text, text.byteSize(),
                        Zydis.ZYDIS_RUNTIME_ADDRESS_NONE(), MemorySegment.NULL));
        requireWithin(formatter, ZydisFormatter.layout());
        if (!text.getString(0).equals(known.text())) {
            throw refusal(location, "it shows %s as \"%s\" instead of \"%s\""
                    .formatted(known.code(), text.getString(0), known.text()));
        }
    }

    private MemorySegment room() {
        return arena.allocate(ROOM, 16).fill(UNTOUCHED);
    }

    private void requireWithin(MemorySegment structure, MemoryLayout layout) {
        long size = layout.byteSize();
        if (MemorySegment.mismatch(structure, size, ROOM, untouched, size, ROOM) >= 0) {
            throw refusal(location, "its structures differ: %s is larger than %d bytes"
                    .formatted(layout.name().orElse("the operands' array"), size));
        }
    }

    private void requireSuccess(Known known, int status) {
        if (status < 0) {
            throw refusal(location, "it fails with status %08x on %s, which is %s"
                    .formatted(status, known.code(), known.text()));
        }
    }

    private String name(String function, long number) throws Throwable {
        MemorySegment name = (MemorySegment) handle(function, ADDRESS, JAVA_INT).invokeExact((int) number);
        return name.address() == 0 ? "nothing" : name.reinterpret(Long.MAX_VALUE).getString(0);
    }

    private MethodHandle handle(String function, MemoryLayout result, MemoryLayout... parameters) {
        return Linker.nativeLinker()
                .downcallHandle(symbols.findOrThrow(function), FunctionDescriptor.of(result, parameters));
    }

    private static LibraryException refusal(String location, String wrong) {
        return new LibraryException(location + ": " + wrong + "; Zydis 4.0 or 4.1 is needed");
    }
}
