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
        long translation = translate(execution, address);
        if (LinearMemory.isFault(translation)) {
            throw execution.pageFault(address, write ? LinearMemory.PF_WRITE : 0);
        }
        if (translation == LinearMemory.ORDINARY || execution.trap().privateAddress()) {
            throw execution.refuse(LinuxSevChecks.NOT_TRANSLATED, "the page is private");
        }
        return translation;
    }

    private static long translate(Execution execution, long address) {
        return execution.translate(address, 1, false, false);
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
        long gpa = mapped(execution, address, size, LinearMemory.PF_PRESENT);
        if (LinearMemory.isDevice(gpa)) {
            return execution.readDevice(gpa, size);
        }
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | execution.memory().read(address + i, 1);
        }
        return value;
    }

    /// As `vc_write_mem`.
    private static void write(Execution execution, long address, int size, long value) {
        long gpa = mapped(execution, address, size, LinearMemory.PF_PRESENT | LinearMemory.PF_WRITE);
        if (LinearMemory.isDevice(gpa)) {
            execution.writeDevice(gpa, size, value);
            return;
        }
        for (int i = 0; i < size; i++) {
            execution.memory().write(address + i, 1, value >>> 8 * i);
        }
    }

    /// Returns where the first byte leads.
    private static long mapped(Execution execution, long address, int size, int errorCode) {
        long first = translate(execution, address);
        if (LinearMemory.isFault(first) || LinearMemory.isFault(translate(execution, address + size - 1))) {
            throw execution.pageFault(address, errorCode);
        }
        return first;
    }
}
