package org.vemmio.emulator.scenario;

import org.vemmio.emulator.input.Labels;

/// What an ordinary access by the guest's kernel to a page would do once the steps are done: `touch` in scenario files.
public enum LaterAccess {
    /// It reaches memory that is the guest's alone.
    PRIVATE_MEMORY("private memory"),
    /// It reaches memory that the host reads and writes too.
    SHARED_MEMORY("memory shared with the host"),
    /// A page fault: the page is not present.
    PAGE_FAULT("a page fault"),
    /// A trap that the handler takes for a device access: the host answers a load, and gets what is stored.
    HOST_ANSWERS("a trap; the host answers"),
    /// A nested page fault: the host makes the page shared, and what it held is gone.
    HOST_CONVERTS("the host takes the page"),
    /// An oops: the task is killed.
    OOPS("an oops"),
    /// A panic: a trap on a private address.
    PANIC("a panic"),
    /// The guest asks its host to end it.
    TERMINATED("the guest's end, by request"),
    /// The machine ends the guest.
    GUEST_LOST("the guest's end, by the machine");

    private final String text;

    LaterAccess(String text) {
        this.text = text;
    }

    /// {@return the name in lower case with hyphens}
    public String label() {
        return Labels.of(this);
    }

    /// {@return what it does, in a few words}
    public String text() {
        return text;
    }
}
