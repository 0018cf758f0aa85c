package org.vemmio.emulator.handler.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.linux.KernelInsn;
import org.vemmio.decoder.linux.MmioType;
import org.vemmio.decoder.linux.SegmentOverride;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.outcome.Hazard;

/// What `vc_handle_mmio` does once the instruction is classified (Linux arch/x86/coco/sev).
final class LinuxSevMmio extends MmioOperation {
    private final KernelInsn insn;

    LinuxSevMmio(KernelInsn insn, Optional<Decoding> description) {
        super(description, insn.length(), description.map(decoding -> hazards(insn, decoding)).orElse(List.of()));
        this.insn = insn;
    }

    private static List<Hazard> hazards(KernelInsn insn, Decoding decoding) {
        List<Hazard> hazards = new ArrayList<>(KernelHazards.of(insn, decoding));
        if (insn.mmioType() == MmioType.WRITE_IMM && insn.mmioSize() == 8) {
            hazards.add(new Hazard(Hazard.Kind.WRONG_VALUE,
                    "bits 63:32 are bookkeeping of the decoder instead of the sign"));
        }
        if (insn.mmioType() == MmioType.MOVS) {
            if (insn.hasRepPrefix()) {
                hazards.add(new Hazard(Hazard.Kind.REPEAT, "a count of 0 moves one element and wraps"));
            }
            if (insn.addressBytes() != 8 || insn.segmentOverride() == SegmentOverride.FS
                    || insn.segmentOverride() == SegmentOverride.GS) {
                hazards.add(new Hazard(Hazard.Kind.ADDRESS, "segment override and address size do not count"));
            }
        }
        return hazards;
    }

    @Override
    protected void execute(Execution execution) {
        Cpu cpu = execution.cpu();
        if (cpu.cpl() != 0) {
            throw execution.refuse(LinuxSevChecks.USER_MODE, "");
        }
        int size = insn.mmioSize();
        switch (insn.mmioType()) {
            case WRITE -> execution.writeDevice(operand(execution, true), size, cpu.gpr(insn.registerNumber()));
            case WRITE_IMM -> execution.writeDevice(operand(execution, true), size, immediate(size));
            case READ, READ_ZERO_EXTEND, READ_SIGN_EXTEND ->
                execution.setGpr(insn.registerNumber(),
                        KernelRegister.afterRead(insn, cpu, execution.readDevice(operand(execution, false), size)));
            case MOVS -> move(execution, size);
            case DECODE_FAILED -> throw execution.refuse(LinuxSevChecks.MMIO_DECODE_FAILED, "");
        }
    }

    private long immediate(int size) {
        // insn_field holds 4 bytes of immediate; the 8 copied for a quadword take its got (1) and nbytes along.
        return size < 8 ? insn.immediate() : insn.immediate() & 0xffff_ffffL | (insn.immediateBytes() << 8 | 1L) << 32;
    }

    private long operand(Execution execution, boolean write) {
        long address = KernelAddress.of(insn, execution.cpu(), execution.nextRip());
        if (address == KernelAddress.NONE) {
            throw execution.refuse(LinuxSevChecks.NO_ADDRESS, "");
        }
        // As vc_slow_virt_to_phys: presence alone counts, of the page of the first byte.
        long translation = execution.translate(address, 1, false, false);
        if (LinearMemory.isFault(translation)) {
            throw execution.pageFault(address, write ? LinearMemory.PF_WRITE : 0);
        }
        if (translation == LinearMemory.ORDINARY || execution.trap().privateAddress()) {
            throw notTranslated(execution);
        }
        return translation;
    }

    private static RuntimeException notTranslated(Execution execution) {
        return execution.refuse(LinuxSevChecks.NOT_TRANSLATED, "the page is private");
    }

    /// One element, as `vc_handle_mmio_movs`: RCX, RSI and RDI count in all their 64 bits, and the bases of DS and ES,
    /// which are 0 in 64-bit mode, whatever the prefixes say.
    private void move(Execution execution, int size) {
        Cpu cpu = execution.cpu();
        long from = cpu.gpr(Gpr.RSI);
        long to = cpu.gpr(Gpr.RDI);
        write(execution, to, size, read(execution, from, size));
        long step = (cpu.rflags() & Rflags.DF) != 0 ? -size : size;
        execution.setGpr(Gpr.RSI, from + step);
        execution.setGpr(Gpr.RDI, to + step);
        if (insn.hasRepPrefix()) {
            long count = cpu.gpr(Gpr.RCX) - 1;
            execution.setGpr(Gpr.RCX, count);
            if (count != 0) {
                execution.leaveIncomplete();
            }
        }
    }

    /// As `vc_read_mem`, of whose accesses those to a device trap in turn and go out at the full size.
    private static long read(Execution execution, long address, int size) {
        long gpa = mapped(execution, address, size, false);
        if (LinearMemory.isDevice(gpa)) {
            return execution.readDevice(gpa, size);
        }
        int first = onFirstPage(address, size);
        long value = execution.memory().read(address, first);
        return first == size ? value
                : value | execution.memory().read(address + first, size - first) << Byte.SIZE * first;
    }

    /// As `vc_write_mem`.
    private static void write(Execution execution, long address, int size, long value) {
        long gpa = mapped(execution, address, size, true);
        if (LinearMemory.isDevice(gpa)) {
            execution.writeDevice(gpa, size, value);
            return;
        }
        int first = onFirstPage(address, size);
        execution.writeMemory(address, first, value);
        if (first < size) {
            execution.writeMemory(address + first, size - first, value >>> Byte.SIZE * first);
        }
    }

    /// Returns where the first byte leads, which is all that the nested trap on a device looks at: where that byte is in
    /// ordinary memory, and encrypted, it gives up.
    private static long mapped(Execution execution, long address, int size, boolean write) {
        int first = onFirstPage(address, size);
        long gpa = execution.translate(address, first, write, false);
        long next = first == size ? gpa : execution.translate(address + first, size - first, write, false);
        if (LinearMemory.isFault(gpa) || LinearMemory.isFault(next)) {
            throw execution.pageFault(address, LinearMemory.PF_PRESENT | (write ? LinearMemory.PF_WRITE : 0));
        }
        if (!LinearMemory.isDevice(gpa) && LinearMemory.isDevice(next)) {
            throw notTranslated(execution);
        }
        return gpa;
    }

    private static int onFirstPage(long address, int size) {
        return Math.min(size, LinearMemory.PAGE_SIZE - (int) (address & LinearMemory.PAGE_SIZE - 1));
    }
}
