import type { ProgramMember } from './model.ts';

/** Who is in which program. */
export const createProgramMembers = () => {
  const programs = new Map<number, Map<number, ProgramMember>>();
  return {
    get: (program: number, lead: number): ProgramMember | undefined =>
      programs.get(program)?.get(lead),
    put: (member: ProgramMember): void => {
      const members = programs.get(member.program) ?? new Map<number, ProgramMember>();
      programs.set(member.program, members.set(member.lead, member));
    },
    /** A lead is gone; the one that it was merged into is in its programs then, unless it was before. */
    move: (lead: number, into: number | null): void => {
      for (const members of programs.values()) {
        const member = members.get(lead);
        members.delete(lead);
        if (member !== undefined && into !== null && !members.has(into))
          members.set(into, { ...member, lead: into });
      }
    },
    of: (program: number): readonly ProgramMember[] => [...(programs.get(program)?.values() ?? [])],
    all: (): readonly ProgramMember[] =>
      [...programs.values()].flatMap((members) => [...members.values()]),
    clear: (): void => {
      programs.clear();
    },
  };
};
