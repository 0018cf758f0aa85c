package org.vemmio.emulator.kernel;

import java.util.Arrays;
import java.util.Optional;
import org.vemmio.emulator.input.Labels;

/// How an entry of the exception table goes on (Linux arch/x86/include/asm/extable_fixup_types.h).
public enum FixupType {
    /// At the fixup address.
    DEFAULT(1, true),
    /// With the number of the exception in RAX.
    FAULT(2, true),
    /// As [#DEFAULT], from an access to user memory.
    UACCESS(3, true),
    /// As [#FAULT], from a copy to or from user memory; Linux 6.1 has it, 6.12 no more.
    COPY(4, true),
    CLEAR_FS(5, false),
    FPU_RESTORE(6, false),
    BPF(7, false),
    WRMSR(8, false),
    RDMSR(9, false),
    WRMSR_SAFE(10, false),
    RDMSR_SAFE(11, false),
    WRMSR_IN_MCE(12, false),
    RDMSR_IN_MCE(13, false),
    DEFAULT_MCE_SAFE(14, false),
    FAULT_MCE_SAFE(15, false),
    POP_REG(16, false),
    /// With a constant in a register.
    IMM_REG(17, true),
    FAULT_SGX(18, false),
    /// With the number of bytes not copied in RCX.
    UCOPY_LEN(19, true),
    /// With the bytes before the boundary in the destination, zeros behind, under conditions.
    ZEROPAD(20, true),
    ERETU(21, false);

    private final int number;
    private final boolean modelled;

    FixupType(int number, boolean modelled) {
        this.number = number;
        this.modelled = modelled;
    }

    /// {@return the type with this number, if there is one}
    public static Optional<FixupType> of(int number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }

    /// {@return the number, in bits 7:0 of an entry's data}
    public int number() {
        return number;
    }

    /// {@return whether a [GuestKernel] can carry it out}
    public boolean isModelled() {
        return modelled;
    }

    /// {@return the name in lower case with hyphens, such as `ucopy-len`}
    public String label() {
        return Labels.of(this);
    }
}
