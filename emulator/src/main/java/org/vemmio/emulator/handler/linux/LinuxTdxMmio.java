package org.vemmio.emulator.handler.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.linux.KernelInsn;
import org.vemmio.decoder.linux.MmioType;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Cr;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Hazard;

/// What `handle_mmio` does once the instruction is classified (Linux arch/x86/coco/tdx/tdx.c).
final class LinuxTdxMmio extends MmioOperation {
    private static final long VSYSCALL_PAGE = 0xffff_ffff_ff60_0000L;

    private final LinuxTdxLadder ladder;
    private final boolean asksForAddress;
    private final KernelInsn insn;

    LinuxTdxMmio(LinuxTdxLadder ladder, KernelInsn insn, Optional<Decoding> description) {
        super(description, insn.length(), description.map(decoding -> hazards(insn, decoding)).orElse(List.of()));
        this.ladder = ladder;
        this.asksForAddress = ladder.has(LinuxTdxRung.USER_ADDRESS);
        this.insn = insn;
    }

    private static List<Hazard> hazards(KernelInsn insn, Decoding decoding) {
        List<Hazard> hazards = new ArrayList<>(KernelHazards.of(insn, decoding));
        long handedOver = insn.immediate();
        if (insn.mmioType() == MmioType.WRITE_IMM && (handedOver & ~MemoryRef.mask(8 * insn.mmioSize())) != 0) {
            hazards.add(new Hazard(Hazard.Kind.WIDE_VALUE, "0x%x at size %d".formatted(handedOver, insn.mmioSize())));
        }
        return hazards;
    }

    @Override
    public Optional<Check> refusal() {
        return insn.mmioType() == MmioType.MOVS ? Optional.of(ladder.check(LinuxTdxRung.STRING_MOVE))
                : Optional.empty();
    }

    @Override
    protected void execute(Execution execution) {
        Cpu cpu = execution.cpu();
        int size = insn.mmioSize();
        if (asksForAddress && !inKernelSpace(execution.trap().gla(), cpu)) {
            throw execution.refuse(ladder.check(LinuxTdxRung.USER_ADDRESS), "");
        }
        long address = KernelAddress.of(insn, cpu, execution.nextRip());
        if (page(address) != page(address + size - 1)) {
            throw execution.refuse(ladder.check(LinuxTdxRung.PAGE_SPLIT), "");
        }
        long gpa = execution.trap().gpa();
        switch (insn.mmioType()) {
            case WRITE -> execution.writeDevice(gpa, size, cpu.gpr(insn.registerNumber()));
            case WRITE_IMM -> execution.writeDevice(gpa, size, insn.immediate());
            case READ, READ_ZERO_EXTEND, READ_SIGN_EXTEND ->
                execution.setGpr(insn.registerNumber(),
                        KernelRegister.afterRead(insn, cpu, execution.readDevice(gpa, size)));
            case MOVS, DECODE_FAILED -> throw execution.refuse(ladder.check(LinuxTdxRung.STRING_MOVE), "");
        }
    }

    /// As `fault_in_kernel_space` of arch/x86/mm/fault.c: not a check of canonical form.
    private static boolean inKernelSpace(long address, Cpu cpu) {
        long taskSizeMax = ((cpu.cr4() & Cr.CR4_LA57) != 0 ? 1L << 56 : 1L << 47) - LinearMemory.PAGE_SIZE;
        return (address & -LinearMemory.PAGE_SIZE) != VSYSCALL_PAGE && Long.compareUnsigned(address, taskSizeMax) >= 0;
    }

    private static long page(long address) {
        return address >>> 12;
    }
}
