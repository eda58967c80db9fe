import * as vscode from 'vscode';
import type { MaskEdit } from '../../shared/documentState.ts';

/** What Undo and Redo call a change of the mask. */
export function maskEditLabel(edit: MaskEdit): string {
  switch (edit) {
    case 'brush':
      return vscode.l10n.t('Paint Mask');
    case 'erase':
      return vscode.l10n.t('Erase Mask');
    case 'rectangle':
      return vscode.l10n.t('Rectangle in Mask');
    case 'ellipse':
      return vscode.l10n.t('Ellipse in Mask');
    case 'lasso':
      return vscode.l10n.t('Lasso in Mask');
    case 'fill':
      return vscode.l10n.t('Fill Mask');
    case 'clear':
      return vscode.l10n.t('Clear Mask');
    case 'invert':
      return vscode.l10n.t('Invert Mask');
    case 'grow':
      return vscode.l10n.t('Grow Mask');
    case 'shrink':
      return vscode.l10n.t('Shrink Mask');
    case 'feather':
      return vscode.l10n.t('Feather Mask');
    case 'load':
      return vscode.l10n.t('Load Mask');
    case 'reload':
      return vscode.l10n.t('Reload Mask');
  }
}
