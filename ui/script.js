// What the browser does by itself: keyboard shortcuts, the × of a chip in the conversation, names for screen readers.
() => {
  if (window.parley) return;
  window.parley = true;
  const busy = () => document.querySelector('#status .busy') !== null;
  const press = id => {
    const button = document.querySelector(`#${id}`);
    if (button && !button.disabled && button.offsetParent !== null) { button.click(); return true; }
    return false;
  };
  document.addEventListener('keydown', event => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const field = event.target.closest('input:not([type=range]):not([type=radio]), textarea, [contenteditable=true]');
    if (key === 's') {
      if (!busy() && press('save')) event.preventDefault();
    } else if (key === 'z' && !(field && field.value)) {  // a field with text keeps its own undo
      if (!busy() && press(event.shiftKey ? 'redo' : 'undo')) event.preventDefault();
    }
  });
  document.addEventListener('click', event => {
    const drop = event.target.closest('#conversation .drop');
    const step = drop && [...drop.classList].find(name => name.startsWith('step-'));
    if (step) document.querySelector(`#plan [data-act=remove][data-index="${step.slice(5)}"]`)?.click();
    const open = document.querySelector('#engines details[open]');
    if (open && !open.contains(event.target)) open.open = false;
  });
  let settling;  // arrow keys move a slider without letting go of it; a pause counts as that
  document.addEventListener('keyup', event => {
    if (!event.target.matches?.('.degree input[type=range]') || !/^(Arrow|Page|Home|End)/.test(event.key)) return;
    clearTimeout(settling);
    settling = setTimeout(() => event.target.dispatchEvent(new PointerEvent('pointerup', {bubbles: true})), 700);
  });
  const label = () => {
    document.querySelectorAll('#faces button.thumbnail-item, #examples button.thumbnail-item').forEach((button, index) => {
      const place = [...button.parentElement.children].indexOf(button) + 1;
      const what = button.closest('#faces') ? `Face ${place}` : `Example ${place}`;
      if (button.getAttribute('aria-label') !== what) button.setAttribute('aria-label', what);
    });
    document.querySelectorAll('#request textarea, #request input').forEach(box => box.setAttribute('aria-label', box.placeholder || 'Request'));
    document.querySelectorAll('.submit-button:not([aria-label])').forEach(button => button.setAttribute('aria-label', 'Send'));
    document.querySelector('#conversation [role=log], #conversation .bubble-wrap')?.setAttribute('aria-live', 'polite');
  };
  label();
  new MutationObserver(label).observe(document.body, {childList: true, subtree: true});
}
