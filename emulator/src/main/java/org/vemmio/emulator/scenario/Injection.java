package org.vemmio.emulator.scenario;

/// Something that a scenario makes fail.
public sealed interface Injection {
    /// The host refuses to convert a page.
    ///
    /// @param page which, counted from 1 over all requests but those of an undo
    record HostRefuses(int page) implements Injection {
    }

    /// The host refuses to convert a page back while the guest undoes a conversion.
    ///
    /// @param page which, counted from 1 over all requests of undos
    record UndoFails(int page) implements Injection {
    }

    /// The hypercall fails that tells the host of a change.
    ///
    /// @param call which, counted from 1
    record NotificationFails(int call) implements Injection {
    }
}
