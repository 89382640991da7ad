import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A text in code, with the line that it starts on. */
interface TextInCode {
  readonly line: number;
  readonly text: string;
}

/** What people read of a file: comments, and strings of more than one word. */
export const textsIn = (file: string): readonly TextInCode[] => {
  const whole = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, whole, ts.ScriptTarget.Latest, true);
  const texts = new Map<number, string>();
  const commentsAt = (position: number): void => {
    for (const { pos, end } of ts.getLeadingCommentRanges(whole, position) ?? [])
      texts.set(pos, whole.slice(pos, end));
  };
  const visit = (node: ts.Node): void => {
    commentsAt(node.getFullStart());
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || ts.isJsxText(node)) {
      const text = node.getText(source);
      if (/\w \w/.test(text)) texts.set(node.getStart(source), text);
    } else ts.forEachChild(node, visit);
  };
  visit(source);
  return [...texts].map(([start, text]) => ({
    line: source.getLineAndCharacterOfPosition(start).line + 1,
    text,
  }));
};
