// Asks for the API key when a call needs one; what was waiting for it goes on by itself.
import { useEffect, useRef, useState } from 'preact/hooks';
import { setKey, useSession } from '../api/session.ts';

export function KeyForm() {
  const { asking, refused } = useSession();
  const [value, setValue] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (asking) input.current?.focus();
  }, [asking]);
  if (!asking) return null;
  return (
    <form
      class="key-form panel"
      aria-label="Sign in"
      onSubmit={(event) => {
        event.preventDefault();
        setKey(value.trim());
        setValue('');
      }}
    >
      <h2>This server asks for an API key</h2>
      <p class="soft" id="key-help">
        You get one from whoever runs it. It is kept in this tab only, until you close it.
      </p>
      {refused && (
        <p class="bad" role="alert">
          The key was not accepted. Check it for missing characters.
        </p>
      )}
      <div class="line">
        <label class="sr-only" for="api-key">
          API key
        </label>
        <input
          id="api-key"
          ref={input}
          type="password"
          autocomplete="off"
          required
          pattern="\s*[!-~]+\s*"
          title="Letters, digits and signs, without spaces"
          aria-describedby="key-help"
          value={value}
          onInput={(event) => setValue(event.currentTarget.value)}
        />
        <button type="submit" class="primary">
          Use key
        </button>
      </div>
    </form>
  );
}
