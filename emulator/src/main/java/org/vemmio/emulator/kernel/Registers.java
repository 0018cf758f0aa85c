package org.vemmio.emulator.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.memory.LinearMemory;

/// The registers and the code of a trap, as a kernel's log shows them. Immutable; identity equality.
public final class Registers {
    /// How many bytes before and behind the first byte of the instruction Linux prints
    /// (arch/x86/kernel/dumpstack.c, `show_opcodes`).
    private static final int PROLOGUE = 42;
    private static final int EPILOGUE = 21;

    private final long[] gprs = new long[Gpr.COUNT];
    private final int[] selectors = new int[Segment.COUNT];
    private final long rip;
    private final long rflags;
    private final long fsBase;
    private final long gsBase;
    private final long cr0;
    private final long cr4;
    private final byte[] code;
    private final int faulting;

    private Registers(Cpu cpu, byte[] code, int faulting) {
        for (int i = 0; i < gprs.length; i++) {
            gprs[i] = cpu.gpr(i);
        }
        for (int i = 0; i < selectors.length; i++) {
            selectors[i] = cpu.segmentSelector(i);
        }
        this.rip = cpu.rip();
        this.rflags = cpu.rflags();
        this.fsBase = cpu.segmentBase(Segment.FS);
        this.gsBase = cpu.segmentBase(Segment.GS);
        this.cr0 = cpu.cr0();
        this.cr4 = cpu.cr4();
        this.code = code;
        this.faulting = faulting;
    }

    static Registers of(Cpu cpu, LinearMemory memory) {
        long linear = cpu.linearRip();
        byte[] code = new byte[PROLOGUE + 1 + EPILOGUE];
        byte[] chunk = new byte[Instruction.MAX_LENGTH];
        int first = PROLOGUE;
        int size = chunk.length;
        while (first > 0 && size > 0) {
            size = Math.min(size, first);
            if (memory.fetch(linear + first - PROLOGUE - size, chunk, size) == size) {
                first -= size;
                System.arraycopy(chunk, 0, code, first, size);
            } else {
                size /= 2;
            }
        }
        int end = PROLOGUE;
        int wanted;
        int fetched;
        do {
            wanted = Math.min(chunk.length, code.length - end);
            fetched = memory.fetch(linear + end - PROLOGUE, chunk, wanted);
            System.arraycopy(chunk, 0, code, end, fetched);
            end += fetched;
        } while (fetched == wanted && end < code.length);
        return new Registers(cpu, Arrays.copyOfRange(code, first, end), PROLOGUE - first);
    }

    /// {@return the instruction pointer, an offset into CS}
    public long rip() {
        return rip;
    }

    /// {@return RFLAGS}
    public long rflags() {
        return rflags;
    }

    /// {@return general-purpose register `number`, 0 to 15}
    public long gpr(int number) {
        return gprs[number];
    }

    /// {@return as far as they could be fetched, up to 42 bytes before the instruction, its first, and 21 behind; a
    /// copy}
    public byte[] code() {
        return code.clone();
    }

    /// {@return the index of the instruction's first byte in [#code]; its length if that byte could not be fetched}
    public int faulting() {
        return faulting;
    }

    /// Lists what is saved on the stack at a trap (Linux arch/x86/kernel/process_64.c, `__show_regs`).
    List<String> saved() {
        List<String> lines = new ArrayList<>();
        lines.add("RIP: %04x:0x%x".formatted(selectors[Segment.CS], rip));
        lines.add(codeLine());
        lines.add("RSP: %04x:%016x EFLAGS: %08x".formatted(selectors[Segment.SS], gprs[Gpr.RSP], rflags));
        lines.add("RAX: %016x RBX: %016x RCX: %016x".formatted(gprs[Gpr.RAX], gprs[Gpr.RBX], gprs[Gpr.RCX]));
        lines.add("RDX: %016x RSI: %016x RDI: %016x".formatted(gprs[Gpr.RDX], gprs[Gpr.RSI], gprs[Gpr.RDI]));
        lines.add("RBP: %016x R08: %016x R09: %016x".formatted(gprs[Gpr.RBP], gprs[Gpr.R8], gprs[Gpr.R9]));
        lines.add("R10: %016x R11: %016x R12: %016x".formatted(gprs[Gpr.R10], gprs[Gpr.R11], gprs[Gpr.R12]));
        lines.add("R13: %016x R14: %016x R15: %016x".formatted(gprs[Gpr.R13], gprs[Gpr.R14], gprs[Gpr.R15]));
        return lines;
    }

    /// Lists the saved registers and those that only the processor has, but for CR2, CR3 and the inactive GS base,
    /// which a [Cpu] lacks.
    List<String> all() {
        List<String> lines = saved();
        lines.add("FS:  %016x(%04x) GS:%016x(%04x)"
                .formatted(fsBase, selectors[Segment.FS], gsBase, selectors[Segment.GS]));
        lines.add("CS:  %04x DS: %04x ES: %04x CR0: %016x"
                .formatted(selectors[Segment.CS], selectors[Segment.DS], selectors[Segment.ES], cr0));
        lines.add("CR4: %016x".formatted(cr4));
        return lines;
    }

    private String codeLine() {
        if (faulting == code.length) {
            return "Code: Unable to access opcode bytes at 0x%x.".formatted(rip - PROLOGUE);
        }
        HexFormat hex = HexFormat.of();
        return IntStream.range(0, code.length)
                .mapToObj(i -> i == faulting ? "<" + hex.toHexDigits(code[i]) + ">" : hex.toHexDigits(code[i]))
                .collect(Collectors.joining(" ", "Code: ", ""));
    }
}
