package org.vemmio.emulator.handler.architectural;

import java.util.List;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.handler.TrapHandlerProvider;

/// Brings [ArchitecturalHandler].
public final class ArchitecturalProvider implements TrapHandlerProvider {
    /// Made by [java.util.ServiceLoader].
    public ArchitecturalProvider() {
    }

    @Override
    public String name() {
        return ArchitecturalHandler.INSTANCE.name();
    }

    @Override
    public String shortName() {
        return "arch";
    }

    @Override
    public String description() {
        return "the processor itself";
    }

    @Override
    public List<TrapHandler> handlers() {
        return List.of(ArchitecturalHandler.INSTANCE);
    }
}
