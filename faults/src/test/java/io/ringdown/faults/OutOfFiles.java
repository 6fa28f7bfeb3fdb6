package io.ringdown.faults;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Looks at a process and at its tree while it can open files, and when it can open no more. */
final class OutOfFiles {
    private OutOfFiles() {}

    /** Arguments: the pid of a process that lives and leads a session. */
    public static void main(String[] arguments) throws Exception {
        ProcessIdentity process =
                LinuxProcesses.identify(Long.parseLong(arguments[0])).orElseThrow();
        var tree = new ProcessTree(process, "NOBODY=HAS-IT");
        List<Supplier<Object>> looks = List.of(
                () -> LinuxProcesses.observe("alone", process).state(),
                () -> tree.observe("tree").state(),
                tree::members);
        looks.forEach(OutOfFiles::tell);
        var opened = new ArrayList<FileInputStream>();
        try {
            while (true) {
                opened.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            System.out.println("no more files");
        }
        looks.forEach(OutOfFiles::tell);
        for (FileInputStream each : opened) {
            each.close();
        }
        looks.forEach(OutOfFiles::tell);
    }

    private static void tell(Supplier<Object> look) {
        try {
            System.out.println(look.get());
        } catch (RuntimeException e) {
            System.out.println("cannot tell: " + e.getMessage());
        }
    }
}
