package org.vemmio.emulator.outcome;

import java.util.Objects;
import java.util.OptionalInt;

/// What a policy does about a Failure.
public sealed interface Action {
    /// BUG(): the handler is broken.
    record Bug() implements Action {
    }

    /// WARN, then the path of a #GP: the code that trapped is broken.
    ///
    /// @param once whether only the first of all Failures that reach the same warning statement prints
    record WarnAndGeneralProtection(boolean once) implements Action {
    }

    /// The path of a #GP without a warning.
    record GeneralProtection() implements Action {
    }

    /// Go on.
    record Recover(Recovery how) implements Action {
    }

    /// What the handler does by itself (see [Check#own]). Stands in rules alone: a decision tells what that is.
    record Own() implements Action {
    }

    /// Hand the Failure to the caller; the guest stays as it is.
    record Propagate() implements Action {
    }

    /// panic(): the kernel stops.
    record Panic() implements Action {
    }

    /// Ask the host to end the guest, by the GHCB termination request (Linux arch/x86/coco/sev, `sev_es_terminate`).
    record Terminate() implements Action {
    }

    /// Inject an exception into the guest, at the instruction that trapped (Linux arch/x86/kvm/x86.c,
    /// `handle_emulation_failure`: #UD).
    ///
    /// @param vector 0 to 31
    /// @param errorCode 32 bits; empty for none
    record Inject(int vector, OptionalInt errorCode) implements Action {
        /// Creates an action.
        ///
        /// @throws IllegalArgumentException if the vector is out of its range
        public Inject {
            if (vector < 0 || vector > 31) {
                throw new IllegalArgumentException("the vector of an exception is 0 to 31, not " + vector);
            }
            Objects.requireNonNull(errorCode);
        }
    }

    /// Stop the virtual processor for good, in a loop that does nothing, as firmware does (edk2
    /// OvmfPkg/Library/CcExitLib/CcExitVeHandler.c, `CcExitHandleVe`: `CpuDeadLoop`).
    record Halt() implements Action {
    }

    /// The monitor tears the virtual machine down (QEMU target/i386/emulate/x86_decode.c, `decode_invalid`: `abort`).
    record Abort() implements Action {
    }

    /// The monitor (VMM) gets an error, and decides (Linux arch/x86/kvm/x86.c, `handle_emulation_failure`:
    /// KVM_EXIT_INTERNAL_ERROR).
    record VmmError() implements Action {
    }
}
