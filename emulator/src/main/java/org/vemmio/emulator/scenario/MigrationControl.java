package org.vemmio.emulator.scenario;

import org.vemmio.emulator.input.Labels;

/// What the guest lets its host know about being migrated.
///
/// KVM's register for it has one bit, ready or not (Linux arch/x86/include/uapi/asm/kvm_para.h,
/// `MSR_KVM_MIGRATION_CONTROL`), from which whoever waits cannot tell [#NOT_NOW] from [#NEVER]: that is [#NOT_READY].
public enum MigrationControl {
    READY("migration goes ahead"),
    NOT_READY("not ready; whether it ever will be is not told"),
    NOT_NOW("not now; come back"),
    NEVER("never");

    private final String text;

    MigrationControl(String text) {
        this.text = text;
    }

    /// {@return the name in lower case with hyphens}
    public String label() {
        return Labels.of(this);
    }

    /// {@return what whoever waits is told}
    public String text() {
        return text;
    }
}
