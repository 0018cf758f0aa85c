package org.vemmio.emulator.outcome;

/// A way of going on after a Failure.
public sealed interface Recovery {
    /// Look up the guest's exception table, as the #GP path does first, and nothing else: no warning, no oops. Where
    /// the table has no entry the Failure is propagated.
    record Fixup() implements Recovery {
    }

    /// Answer an 8-byte load that runs over into a device as `load_unaligned_zeropad` wants it: the bytes before the
    /// boundary, zeros behind (Linux arch/x86/mm/extable.c, `ex_handler_zeropad`), with every condition that Linux
    /// sets. Where one does not hold the Failure is propagated.
    record Zeropad() implements Recovery {
    }

    /// Skip the instruction: it is executed as the processor would with no device behind the address. Writes to
    /// devices are dropped, what it reads from them is taken to be `ones` or zeros, and ordinary memory is accessed as
    /// ever. A `rep` instruction goes on as one that is emulated, and a fault of the instruction itself is the guest's.
    /// One that the architectural handler does not execute is passed over without any effect. Where the bytes are no
    /// instruction the Failure is propagated, since its length is not known. Registers that a late check left changed are
    /// as the handler left them.
    ///
    /// @param ones whether reads give all ones, as a PCI bus without a device does, or zeros
    record Skip(boolean ones) implements Recovery {
    }

    /// Let another handler deal with the trap from the beginning, device accesses that were already made included.
    /// Where it fails too, the Failure is propagated with what it says. The handler that has failed is not asked again:
    /// where it is the one named, the Failure is propagated.
    /// Registers that a late check left changed are as that handler left them.
    ///
    /// @param handler its name, such as `architectural`
    record Handler(String handler) implements Recovery {
    }
}
