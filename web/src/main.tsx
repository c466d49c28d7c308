// Starts the page.
import { render } from 'preact';
import { App } from './app.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/layout.css';
import './styles/start.css';
import './styles/check.css';
import './styles/request.css';
import './styles/pictures.css';
import './styles/lists.css';

render(<App />, document.getElementById('app')!);
