package org.vemmio.example;

import java.util.List;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.handler.TrapHandlerProvider;

/// Brings [MovOnlyHandler].
public final class MovOnlyProvider implements TrapHandlerProvider {
    /// Made by [java.util.ServiceLoader].
    public MovOnlyProvider() {
    }

    @Override
    public String name() {
        return "mov-only";
    }

    @Override
    public String description() {
        return "a paravisor that does mov up to 4 bytes";
    }

    @Override
    public List<TrapHandler> handlers() {
        return List.of(new MovOnlyHandler());
    }
}
